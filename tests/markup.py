"""One report of ours in the mark-ups that government sites and saved pages really use."""

import quopri
from collections.abc import Callable, Iterator
from pathlib import Path

PARAGRAPHS = [
    line for line in (Path(__file__).parent / "reports" / "chengang-2023.txt").read_text("utf-8").split("\n") if line
]
TITLE, BODY = PARAGRAPHS[0], PARAGRAPHS[1:]
TABLE = [["类别", "收案（件）", "审结（件）"], ["行政复议", "87", "83"], ["行政诉讼一审", "52", "49"]]
BEFORE_TABLE = "2023年行政复议与应诉情况如下表："
PUBLISHED = "2024-02-26"
ISSUER = "澄港县人民政府"
BOILERPLATE = [
    "进入老年模式", "无障碍阅读", "当前位置", "政务公开", "浏览次数", "字号", "打印本页", "关闭窗口", "分享到", "扫一扫",
    "上一篇", "下一篇", "ICP备", "公网安备", "主办单位", "网站标识码", "2022年法治政府建设年度报告", "今天是", "相关链接",
]  # fmt: skip

TOP = """<div class="top"><a href="#">进入老年模式</a> | <a href="#">无障碍阅读</a> <span id="today">今天是2026年11月22日 星期日</span></div>
<div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a><a href="/zwfw/">政务服务</a><a href="/hdjl/">互动交流</a></div>
<div class="crumb">您当前的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 法治政府建设</div>"""
TAIL = """<div class="share">分享到：<span>扫一扫在手机打开当前页</span></div>
<div class="rel"><h4>相关链接</h4><ul><li><a href="1.html">澄港县人民政府2022年法治政府建设年度报告</a> 2023-01-30</li>
<li><a href="2.html">澄港县召开全面依法治县工作会议</a> 2024-03-11</li><li>上一篇：<a>没有了</a></li><li>下一篇：<a>关于春节放假的通知</a></li></ul></div>
<div class="foot"><p>主办单位：澄港县人民政府办公室 联系电话：0000-1234567</p><p>某ICP备00000000号 网站标识码：0000000000 某公网安备 00000000000000号</p></div>"""


def rows(cell: str = "td") -> str:
    return "".join("<tr>" + "".join(f"<{cell}>{text}</{cell}>" for text in row) + "</tr>" for row in TABLE)


def table(attributes: str = "") -> str:
    return f"<table {attributes}>{rows()}</table>"


def each(wrap: Callable[[str], str]) -> str:
    out = []
    for text in BODY:
        out.append(wrap(text))
        if text == BEFORE_TABLE:
            out.append(table("border=1"))
    return "\n".join(out)


def page(body: str, head: str = "", *, title: str = TITLE + "_澄港县人民政府") -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


def trs() -> bytes:
    """A TRS page: meta names, TRS_Editor, paragraphs with ideographic indents."""
    head = (
        f'<meta name="SiteName" content="澄港县人民政府"><meta name="ArticleTitle" content="{TITLE}">'
        '<meta name="PubDate" content="2024-02-26 09:12"><meta name="ContentSource" content="澄港县人民政府办公室">'
    )
    body = each(lambda text: f'<p align="justify">　　{text}</p>')
    info = '<div class="info">发布日期：2024-02-26 09:12 来源：县政府办公室 浏览次数：<span id="c">0</span> 字号：[大 中 小] 打印本页</div>'
    return page(
        f'{TOP}<div class="con"><h1>{TITLE}</h1>{info}<div class="TRS_Editor"><div class="Custom_UnionStyle">{body}</div></div></div>{TAIL}',
        head,
    ).encode()


def jcms() -> bytes:
    """A JCMS page: gb2312 header over GB 18030 bytes, bold run-in titles, #zoom."""

    def paragraph(text: str) -> str:
        head, stop, rest = text.partition("。")
        return (
            f"<p>&nbsp;&nbsp;&nbsp;&nbsp;<strong>{head}{stop}</strong>{rest}</p>"
            if text.startswith(("（", "一是", "二是")) and rest
            else f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{text}</p>"
        )

    body = each(paragraph)
    html = page(
        f'{TOP}<table width="1000"><tr><td><div class="title">{TITLE}</div><div>日期：2024-02-26 信息来源：澄港县人民政府 浏览次数： 字号：[<a>大</a> <a>中</a> <a>小</a>]</div>'
        f'<div id="zoom">{body}</div></td></tr></table>{TAIL}'
    )
    return html.replace('charset="utf-8"', 'http-equiv="Content-Type" content="text/html; charset=gb2312"').encode(
        "gb18030"
    )


def layout_table() -> bytes:
    """A page of the nineties: tables for layout, <br> for paragraphs."""
    parts = []
    for text in BODY:
        parts.append(f"<br>&nbsp;&nbsp;&nbsp;&nbsp;{text}")
        if text == BEFORE_TABLE:
            parts.append("<br>" + table("width=90%"))
    return (
        page(
            f'<table width="100%"><tr><td colspan=2>{TOP}</td></tr><tr><td width="20%"><table><tr><td>政务公开</td></tr><tr><td>政务服务</td></tr></table></td>'
            f"<td><table><tr><td align=center><b>{TITLE}</b></td></tr><tr><td align=center>发布时间:2024-2-26 来源:澄港县人民政府 浏览次数:12</td></tr>"
            f"<tr><td><font size=3>{''.join(parts)}</font></td></tr></table></td></tr><tr><td colspan=2>{TAIL}</td></tr></table>"
        )
        .replace("<!DOCTYPE html>", "")
        .encode("gb18030")
        .replace(b'charset="utf-8"', b'charset="GBK"')
    )


def word_paste() -> bytes:
    """Pasted from Word: a span for every nine characters, mso styles, empty paragraphs."""

    def paragraph(text: str) -> str:
        spans = "".join(
            f'<span lang="EN-US" style="font-family:仿宋_GB2312;mso-bidi-font-size:16pt">{text[i : i + 9]}</span>\n'
            for i in range(0, len(text), 9)
        )
        return f'<p class="MsoNormal" style="text-indent:32.0pt">{spans}<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>'

    return page(
        f'{TOP}<div class="article-title">{TITLE}</div><div class="article-info"><span>发布时间：2024-02-26</span><span>发布机构：澄港县人民政府</span></div><div class="article">{each(paragraph)}</div>{TAIL}'
    ).encode()


def metadata_table() -> bytes:
    """信息公开: a table of index number, dates and issuer above an article with h2 and h3."""

    def paragraph(text: str) -> str:
        tag = "h2" if text[1] == "、" else "h3" if text.startswith("（") and "。" not in text else "p"
        return f"<{tag}>{text}</{tag}>"

    info = (
        '<table class="xxgk"><tr><td>索引号</td><td>000000000/2024-00123</td><td>主题分类</td><td>综合政务</td></tr>'
        "<tr><td>发布机构</td><td>澄港县人民政府</td><td>成文日期</td><td>2024年02月20日</td></tr>"
        f"<tr><td>名称</td><td>{TITLE}</td><td>发布日期</td><td>2024年02月26日</td></tr></table>"
    )
    return page(
        f'{TOP}<main>{info}<article><h1 style="text-align:center">{TITLE}</h1>{each(paragraph)}</article></main>{TAIL}'
    ).encode()


def mobile() -> bytes:
    """A phone page: sections, inline styles, no table markup beside the data table, the date as a <time>."""
    body = each(lambda text: f'<section style="margin:8px"><section><span>{text}</span></section></section>')
    return page(
        f'<header><a>澄港县人民政府</a></header><div class="m"><h2>{TITLE}</h2><p><time>发布于：2024-02-26</time> <em>来源：澄港县人民政府</em></p>{body}</div>{TAIL}',
        '<meta name="viewport" content="width=device-width">',
    ).encode()


def xhtml() -> bytes:
    """XHTML with an XML declaration and a DOCTYPE, self-closed tags, entities."""
    body = each(lambda text: f"<p>&#160;&#12288;{text}<br /></p>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{TITLE}</title></head><body>{TOP}<div id="main"><div class="bt">{TITLE}</div>'
        f'<div class="ly">[ 发布时间 ]：2024-02-26 [ 来源 ]：澄港县人民政府 [打印本页] [关闭窗口]</div><div id="content">{body}</div></div>{TAIL}</body></html>'
    ).encode()


def frame_saved() -> bytes:
    """A page whose text stands in a frame inside a frame, saved with srcdoc."""
    inner = page(
        f"<div><p>发布日期：2024-02-26</p><h1>{TITLE}</h1>"
        + each(lambda text: f"<p>{text}</p>").replace('"', "&quot;")
        + "</div>"
    ).replace('"', "&quot;")
    outer = f'<div class="frame"><iframe srcdoc="{inner}"></iframe></div>'
    return page(f"{TOP}<div>{outer}</div>{TAIL}").encode()


def div_lines() -> bytes:
    """Each line a div, the title broken over two lines, the sign-off with its date at the end."""
    body = each(lambda text: f"<div>　　{text}</div>")
    return page(
        f'{TOP}<div class="wz"><div style="text-align:center">澄港县人民政府</div><div style="text-align:center">2023年法治政府建设年度报告</div>{body}'
        f'<div style="text-align:right">澄港县人民政府</div><div style="text-align:right">2024年2月26日</div></div>{TAIL}'
    ).encode()


def hard_wrapped() -> bytes:
    """Source lines wrapped at forty characters, the meta date in another form, a hidden block of text."""

    def paragraph(text: str) -> str:
        return "<p>\n" + "\n".join(text[i : i + 40] for i in range(0, len(text), 40)) + "\n</p>"

    hidden = '<div style="display:none">测试。测试。测试。测试。测试。测试。测试。测试。2019-01-01</div>'
    return page(
        f'{TOP}{hidden}<div class="pages"><h1 class="title">{TITLE}</h1><div class="cont">{each(paragraph)}</div></div>{TAIL}',
        '<meta name="publishdate" content="2024/02/26"><meta name="source" content="澄港县人民政府">',
    ).encode("utf-8-sig")


def ucap() -> bytes:
    """A page with an element of its own name around the text, comments and scripts between the paragraphs."""
    body = each(lambda text: f"<!-- p --><p><span><span>{text}</span></span></p><script>var a='。。。。。。';</script>")
    return page(
        f'{TOP}<div class="pchide"><h1><ucaptitle>{TITLE}</ucaptitle></h1><div>时间：2024-02-26 11:20:05 来源：澄港县人民政府 阅读：88次</div><ucapcontent>{body}</ucapcontent></div>{TAIL}'
    ).encode()


def saved_as_one_file() -> bytes:
    """A page saved as .mhtml: quoted-printable, with a picture and a second page beside it."""
    body = quopri.encodestring(trs()).decode("ascii")
    return (
        "From: <Saved by a browser>\nSnapshot-Content-Location: https://www.example.gov.cn/art/2024/2/26/art_1_2.html\n"
        f'Subject: report\nMIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="cut"\n\n--cut\n'
        f"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n--cut\nContent-Type: image/png\n"
        "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--cut\nContent-Type: text/html\n\n<p>广告。</p>\n--cut--\n"
    ).encode()


def broken_lines() -> bytes:
    """Every line of the paper is a line of the page: <br> at thirty-eight characters, indents at the paragraphs."""
    parts = []
    for text in BODY:
        parts.append("<br>　　" + "<br>\n".join(text[i : i + 38] for i in range(0, len(text), 38)))
        if text == BEFORE_TABLE:
            parts.append("<br>" + table("border=1"))
    body = "".join(parts)
    return page(
        f"{TOP}<h1>{TITLE}</h1><p>发布时间：2024-02-26 信息来源：澄港县人民政府</p><div id=zoom>{body}</div>{TAIL}"
    ).encode()


def list_items() -> bytes:
    """Paragraphs as list items inside nested divs, navigation and footer as HTML5 elements, a date in the address only."""
    body = each(lambda text: f"<li>{text}</li>")
    return page(
        f'<nav>{TOP}</nav><div><div><div><h1>{TITLE}</h1><ul style="list-style:none">{body}</ul></div></div></div><footer>{TAIL}</footer>'
    ).encode()


def centred() -> bytes:
    """<center> and <font>, paragraphs without end tags, a counter between title and text."""
    body = each(lambda text: f"<p>　　{text}").replace("</table>", "</table><p>")
    return (
        page(
            f"{TOP}<center><font size=5><b>{TITLE}</b></font></center><hr><center>公开日期：2024.02.26　发布单位：澄港县人民政府　浏览次数：7</center><font>{body}</font>{TAIL}"
        )
        .encode("gb18030")
        .replace(b'charset="utf-8"', b'charset="gbk"')
    )


def preformatted() -> bytes:
    """Text with its line breaks in <pre>, its table between two of them."""
    info = "<div>发布时间：2024-02-26 来源：澄港县人民政府</div>"
    body = each(lambda text: f"　　{text}").replace("<table", "</pre><table").replace("</table>", "</table><pre>")
    return page(f"{TOP}<h1>{TITLE}</h1>{info}<div><pre>{body}</pre></div>{TAIL}").encode()


def bare_list() -> bytes:
    """A definition list right in the body, no paragraph on the page."""
    info = "<div>发布时间：2024-02-26 来源：澄港县人民政府</div>"
    body = (
        each(lambda text: f"<dd>{text}</dd>")
        .replace("<table border=1>", "<dd><table>")
        .replace("</table>", "</table></dd>")
    )
    return page(f"{TOP}<h1>{TITLE}</h1>{info}<dl>{body}</dl>{TAIL}").encode()


PAGES: dict[str, Callable[[], bytes]] = {
    make.__name__: make
    for make in (trs, jcms, layout_table, word_paste, metadata_table, mobile, xhtml, frame_saved, div_lines, hard_wrapped, ucap, broken_lines, list_items, saved_as_one_file, centred, preformatted, bare_list)
}  # fmt: skip


def missing(text: str) -> Iterator[str]:
    """Paragraphs and table rows of the report that are not lines of `text`."""
    lines = {line.strip() for line in text.split("\n")}
    for paragraph in BODY:
        if paragraph not in lines:
            yield paragraph
    for row in TABLE:
        if "\t".join(row) not in lines:
            yield " ".join(row)
