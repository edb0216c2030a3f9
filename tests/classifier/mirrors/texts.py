"""Posts of no consequence that are long enough to be recognised."""

from __future__ import annotations

CONFIRMED = (
    "The ferry to Brindle Island leaves at seven from the eastern pier, bring warm coats and a thermos of lentil soup",
    "Grandmother's recipe wants three ripe quinces, a splash of vinegar, cardamom and patience while the copper pot simmers",
    "Lost near the observatory: a turquoise umbrella with a carved otter handle, reward is a jar of heather honey",
    "کل شام پرانے کتب خانے میں مشاعرہ ہے، گلابی دعوت نامہ ساتھ لائیں اور چنبیلی کے ہار مت بھولیے",
    "تنطلق السفينة الخشبية من الميناء القديم عند الفجر محملة بالزيتون والرمان وأكياس الكمون المطحون",
    "Kal shaam purane baghiche mein patang bazi hogi, neeli dor aur do charkhiyan zaroor lana bhai",
)
COMMONPLACE = (
    "Good morning everyone, have a nice day",
    "Eid Mubarak to you and your family!",
    "Happy birthday to you 🎂🎂",
    "May Allah have mercy on him. Inna lillahi wa inna ilaihi rajiun",
    "اللہ پاک مغفرت فرمائے اور جنت الفردوس میں جگہ عطا فرمائے آمین ثم آمین",
    "إنا لله وإنا إليه راجعون، البقاء لله، الله يرحمه ويغفر له",
    "Pakistan Zindabad! Long live Pakistan 🇵🇰",
    "🔥🔥🔥 👳🏿‍♂️ 😂😂",
    "@someone https://example.com/page 12345",
    "",
)
