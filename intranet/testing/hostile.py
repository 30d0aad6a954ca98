"""Text that tries to become a script: the same attacks for the text rules, for every field and for real browsers."""

from itertools import product

VECTORS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<iframe src=javascript:alert(1)>", "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<details open ontoggle=alert(1)>",
    "<style>@import 'javascript:alert(1)'</style>", "<form><button formaction=javascript:alert(1)>", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)", "&#106;avascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "//evil.example", "\\\\evil.example",
    "/\\evil.example", "x\" onmouseover=\"alert(1)", "x' onmouseover='alert(1)", "<!--<img src='--><img src=x onerror=alert(1)>", "<![CDATA[<script>]]>",
    "<base href=//evil>", "<link rel=stylesheet href=//evil>", "<object data=//evil>", "<embed src=//evil>", "<meta http-equiv=refresh content=0;//evil>",
    "<textarea autofocus onfocus=alert(1)>", "<marquee onstart=alert(1)>", "<video><source onerror=alert(1)>", "<xss style=animation-name:x onanimationend=alert(1)>",
    "%6aavascript:alert(1)", "http://x\" onclick=\"alert(1)", "https://ok.example/<script>", "hx-get=/logout", "<div hx-post=/logout hx-trigger=load>",
]  # fmt: skip
CONTEXTS = [
    "{}", "**{}**", "*{}*", "`{}`", "```\n{}\n```", "[{}](https://ok.example)", "[x]({})", "[x](<{}>)", "![{}](https://ok.example/x.png)", "![x]({})",
    "[x](https://ok.example \"{}\")", "<{}>", "> {}", "- {}", "1. {}", "# {}", "| {} | b |\n|---|---|\n| {} | d |", "[x][r]\n\n[r]: {}", "{0}\n{0}",
    "@ines {}", "#tag{}", "~~{}~~", "- [ ] {}", "https://ok.example/{}", "{}@mail.example", "&lt;{}&gt;", "\\{}", "a{}b", "    {}", "[{0}]({0})",
    "[![{0}]({0})]({0})", "<b>{}</b>", "\"{}\"", "'{}'", "({})", "{}\n===", "* * *\n{}", "[x]( {} )", "```{}\ncode\n```", "[{}]", "{}{}", "| {} |",
]  # fmt: skip
WRAPPERS = ["{}", " {} ", "\n\n{}\n\n", "x {} y"]


def corpus() -> list[str]:
    """Every vector in every context, more than five thousand."""
    return [
        wrapper.replace("{}", context.replace("{0}", vector).replace("{}", vector))
        for vector, context, wrapper in product(VECTORS, CONTEXTS, WRAPPERS)
    ]


def batches(texts: list[str], size: int, joint: str = " ") -> list[str]:
    """The texts joined into as few pieces as possible of at most `size` characters each."""
    pieces = [""]
    for text in texts:
        joined = f"{pieces[-1]}{joint}{text}" if pieces[-1] else text
        pieces[-1:] = [joined] if len(joined) <= size else [pieces[-1], text]
    return [piece for piece in pieces if piece]
