"""The steps of a reading that Inside plays, in order."""

EVERY_STEP = [
    "Picture",
    "Gray",
    "Light evened out",
    "Ink",
    "Contours",
    "Groups",
    "Cuts",
    "28 × 28",
    "Network",
    "Digits",
]
