"""The doors of the service: the HTTP API and the moderators' page."""
