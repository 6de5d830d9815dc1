"""A visit to the pages in a browser: what a page asks for and complains of, and what it is to a screen reader."""

from itertools import pairwise

from serving import PATIENCE

MILLISECONDS = PATIENCE * 1000
SIZES = {"wide": (1280, 800), "phone": (390, 844)}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
COVERED = """(() => { const of = (node) => [node.id(), node.renderedBoundingBox()];
  const boxes = document.querySelector('.cy')._cyreg.cy.nodes().map(of), meet = (a, b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
  return [boxes.length, boxes.flatMap(([a, box], at) => boxes.slice(at + 1).filter(([, other]) => meet(box, other)).map(([b]) => [a, b]))] })()"""
"""How many names a movable network has, and which of them cover each other."""
PAINT = "performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint')?.startTime ?? 0"
SHIFT = """new Promise(done => { let sum = 0; new PerformanceObserver(list => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value }).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 50))) })"""


class Visit:
    """A page with what it asked for and what it complained of, in a context of its own."""

    def __init__(self, chromium, base, language="zh", **options):
        self.scripts = options.get("java_script_enabled", True)
        self.context = chromium.new_context(locale=LOCALES[language], reduced_motion="reduce", **options)
        self.context.set_default_timeout(MILLISECONDS)
        self.page = self.context.new_page()
        self.base = base
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def go(self, path):
        reply = self.page.goto(self.base + path)
        if self.scripts:
            self.page.locator("html[data-ready]").wait_for(state="attached")
        return reply

    def begin(self, size):
        """As if it were new: nothing asked, nothing complained of, nothing stored, light and of this size."""
        self.page.goto("about:blank")
        session = self.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.base, "storageTypes": "all"})
        session.detach()
        self.show(size, "light")
        self.requests.clear()
        self.complaints.clear()
        return self

    def show(self, size, scheme, media="screen"):
        self.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        self.page.emulate_media(color_scheme=scheme, media=media)

    def strangers(self):
        return [url for url in self.requests if not url.startswith((self.base, "data:", "blob:"))]


def tree(page):
    """What a screen reader is given: (role, name) in the order of the page."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def below(node):
        if not node.get("ignored"):
            yield node["role"]["value"], node.get("name", {}).get("value", "").strip()
        for child in node.get("childIds", ()):
            if child in by_id:
                yield from below(by_id[child])

    return list(below(nodes[0]))


def unnamed(page):
    """Controls, links, tables and pictures without a name, and headings that leave a level out."""
    needs = {
        "link",
        "button",
        "combobox",
        "textbox",
        "searchbox",
        "checkbox",
        "radio",
        "table",
        "image",
        "listbox",
        "region",
    }
    found = [(role, name) for role, name in tree(page) if role in needs and not name]
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    return found + [(a, b) for a, b in pairwise(levels) if b > a + 1]
