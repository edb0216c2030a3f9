"""The subcommands of `watchword` that training adds; they import the heavy libraries only when they run.

`classifier.commands.root` passes over a command whose module cannot be imported, so this says at once where the extra is missing.
"""

from importlib.util import find_spec

if find_spec("sklearn") is None:  # pragma: no cover - depends on what is installed
    msg = "the training extra is not installed: pip install 'watchword[train]'"
    raise ModuleNotFoundError(msg)
