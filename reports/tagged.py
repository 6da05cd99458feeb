"""Tagged pages: drawing under a pen, where every text belongs to an element of the document's structure.

reportlab draws; the structure tree (ISO 32000-1 §14.7), the metadata and what else PDF/UA-1 (ISO 14289-1) asks for is
written here, into reportlab's own object model, so that a paper is made in one pass and its bytes never change."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas

from reports import lettering, qr
from reports.fonts import Face

MM = 72 / 25.4
A5_LANDSCAPE = (210 * MM, 148 * MM)
A4 = (210 * MM, 297 * MM)

INK, SOFT, BRAND, HAIR, RED = "#111614", "#4C5C56", "#075239", "#C3CCC8", "#B3261E"


@dataclass(frozen=True, slots=True)
class Style:
    face: Face
    size: float
    leading: float
    colour: str = INK

    def at(self, density: float) -> Style:
        return replace(self, size=self.size * density, leading=self.leading * density)


PLAIN = Style("regular", 8.5, 11.6)

Align = Literal["left", "center", "right"]

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""Where and how large something is drawn (ISO 32000-1 §8.3.3)."""


@dataclass(eq=False)
class _Element:
    """A node of the structure tree: what it holds are other elements, or stretches of a page by (page, mark)."""

    tag: str
    language: str = ""
    alt: str = ""
    attributes: dict[str, Any] | None = None
    parent: _Element | None = None
    holds: list[_Element | tuple[int, int]] = field(default_factory=list)


Part: TypeAlias = _Element


@dataclass
class Sheet:
    """Pages under a pen: y grows downward, every text belongs to an element of the document's structure.

    `conforms` says so in the file, of PDF/UA-1; what shows pages that others made cannot."""

    title: str
    author: str
    subject: str
    size: tuple[float, float] = A5_LANDSCAPE
    conforms: bool = True
    _file: io.BytesIO = field(default_factory=io.BytesIO, init=False)
    _body: _Element = field(default_factory=lambda: _Element("Document"), init=False)
    _marks: list[list[_Element]] = field(default_factory=lambda: [[]], init=False)
    _aside: bool = field(default=False, init=False)
    _lowered: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._open = self._body
        self._canvas = Canvas(
            self._file,
            pagesize=self.size,
            invariant=1,
            pageCompression=1,
            pdfVersion=(1, 7),
            lang="id-ID",
            initialFontName=lettering.register("NotoSans-Regular"),
            initialFontSize=PLAIN.size,
        )
        self._canvas.setTitle(self.title)
        self._canvas.setAuthor(self.author)
        self._canvas.setSubject(self.subject)
        self._canvas.setCreator("Loket PMI")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    @contextmanager
    def group(self, tag: str, *, columns: int = 1) -> Iterator[None]:
        """What is drawn inside is one element that holds others: Table, TR, TD, L …; it may go on over pages. A cell
        stands in so many `columns`."""
        before, self._open = self._open, self._new(tag)
        if columns > 1:
            self._open.attributes = {"O": PDFName("Table"), "ColSpan": columns}
        yield
        self._open = before

    def part(self, tag: str) -> Part:
        """An element that is filled, `within` it, in more than one go; it stands where the first of them is drawn."""
        return _Element(tag)

    @contextmanager
    def within(self, part: Part) -> Iterator[None]:
        """What is drawn inside belongs to `part`."""
        if part.parent is None:
            part.parent = self._open
            self._open.holds.append(part)
        before, self._open = self._open, part
        yield
        self._open = before

    @contextmanager
    def lowered(self, by: float) -> Iterator[None]:
        """What is drawn inside stands `by` points lower on the page."""
        self._lowered += by
        yield
        self._lowered -= by

    @contextmanager
    def element(
        self, tag: str, *, language: str = "", alt: str = "", box: tuple[float, float, float, float] | None = None
    ) -> Iterator[None]:
        """What is drawn inside is one element of this page: P, H1, Figure …; `box` is where a figure stands."""
        if self._aside:  # a page's furniture is no part of what the paper says
            yield
            return
        element = self._new(tag, language=language, alt=alt)
        if box:
            element.attributes = {"O": PDFName("Layout"), "BBox": PDFArray([round(edge, 2) for edge in box])}
        page, mark = len(self._marks) - 1, len(self._marks[-1])
        element.holds.append((page, mark))
        self._marks[-1].append(element)
        self._write(f"/{tag} <</MCID {mark}>> BDC")
        yield
        self._write("EMC")

    @contextmanager
    def header(self, scope: Literal["Row", "Column"]) -> Iterator[None]:
        """A table's header cell: for the row it begins, or the column it stands over."""
        before = self._open
        self._open = self._new("TH")
        self._open.attributes = {"O": PDFName("Table"), "Scope": PDFName(scope)}
        yield
        self._open = before

    @contextmanager
    def furniture(self) -> Iterator[None]:
        """What stands on every page again: rules, boxes, running heads. A screen reader passes over it."""
        if self._aside:
            yield
            return
        self._aside = True
        self._write("/Artifact BMC")
        yield
        self._write("EMC")
        self._aside = False

    def _new(self, tag: str, *, language: str = "", alt: str = "") -> _Element:
        element = _Element(tag, language, alt, parent=self._open)
        if not self._aside:
            self._open.holds.append(element)
        return element

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """One line on the baseline `y`, in whatever fonts its letters need."""
        runs = lettering.runs(text, style.face)
        wide = sum(run.width(style.size) for run in runs)
        x -= {"left": 0.0, "center": wide / 2, "right": wide}[align]
        self._canvas.setFillColor(HexColor(style.colour))
        turned = not all(run.plain for run in runs)
        if turned:
            # Joined, turned and missing letters mean nothing to a screen reader: the line says itself plainly.
            spoken = text.encode("utf-16-be").hex().upper()
            self._write(f"/Span <</ActualText <FEFF{spoken}>>> BDC")
        for run in runs:
            self._canvas.setFont(run.font, style.size)
            if run.heavier:
                self._canvas.setStrokeColor(HexColor(style.colour))
                self._canvas.setLineWidth(style.size * 0.026)
            self._canvas.drawString(x, self._up(y), run.drawn, mode=2 if run.heavier else None)
            x += run.width(style.size)
        if turned:
            self._write("EMC")

    def rule(self, left: float, right: float, y: float, colour: str, weight: float) -> None:
        with self.furniture():
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(weight)
            self._canvas.line(left, self._up(y), right, self._up(y))

    def box(self, left: float, top: float, wide: float, high: float, colour: str) -> None:
        with self.furniture():
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(1.6)
            self._canvas.roundRect(left, self._up(top) - high, wide, high, 4)

    def square(self, left: float, top: float, side: float, colour: str) -> None:
        """A box to be ticked by hand."""
        with self.furniture():
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(0.8)
            self._canvas.rect(left, self._up(top) - side, side, side)

    def code(self, left: float, top: float, side: float, text: str, alt: str) -> None:
        """A QR code with its quiet zone in a square of `side` points."""
        modules, bars = qr.bars(text)
        unit = side / (modules + 2 * qr.QUIET)
        below = self._up(top) - side
        with self.element("Figure", alt=alt, box=(left, below, left + side, below + side)):
            path = self._canvas.beginPath()
            for column, row, length in bars:
                x = left + (qr.QUIET + column) * unit
                y = self._up(top) - (qr.QUIET + row + 1) * unit
                # A hair taller than a module, so that no renderer leaves a white line between two rows.
                path.rect(x, y - unit * 0.02, length * unit, unit * 1.02)
            self._canvas.setFillColor(HexColor("#000000"))
            self._canvas.drawPath(path, stroke=0, fill=1, fillMode=1)

    def foreign(self, name: str, matrix: Matrix, alt: str, box: tuple[float, float, float, float]) -> None:
        """A figure drawn elsewhere: the page names it, and whoever puts the file together brings it under that name.
        Matrix and box in PDF's own points, from the page's lower left."""
        with self.element("Figure", alt=alt, box=box):
            # It takes over colours, lines and letters as it finds them: it finds them as on an empty page, and a text
            # that names no font stays unseen, as there.
            self._write("q 0 g 0 G 1 w 0 J 0 j 10 M [] 0 d 0 Tc 0 Tw 100 Tz 0 TL 0 Tr 0 Ts")
            self._canvas.setFont(lettering.register("NotoSans-Regular"), 0)
            self._canvas.drawString(0, 0, " ")
            self._write(f"{' '.join(f'{one:.4f}' for one in matrix)} cm /{name} Do Q")

    def cut(self, y: float) -> None:
        """A dashed line across the page, where scissors go."""
        with self.furniture():
            self._canvas.setStrokeColor(HexColor(SOFT))
            self._canvas.setLineWidth(0.5)
            self._canvas.setDash(3, 3)
            self._canvas.line(14, self._up(y), self.size[0] - 14, self._up(y))
            self._canvas.setDash()

    def next_page(self, size: tuple[float, float] | None = None) -> None:
        """Go on with an empty page, of the same size if no other is given."""
        self._end_page()
        self._marks.append([])
        if size is not None:
            self.size = size
            self._canvas.setPageSize(size)

    @property
    def page(self) -> int:
        """The page under the pen, the first being 0."""
        return len(self._marks) - 1

    def finish(self) -> bytes:
        """Close the last page and give the PDF."""
        self._end_page()
        self._tag()
        self._canvas.save()
        return self._file.getvalue()

    def _up(self, y: float) -> float:
        """The same height, as PDF counts it: from below."""
        return self.size[1] - self._lowered - y

    def _write(self, operators: str) -> None:
        self._canvas._code.append(operators)

    def _end_page(self) -> None:
        self._canvas.showPage()
        page = self._pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._marks) - 1
        page.Tabs = PDFName("S")

    @property
    def _pages(self) -> list[Any]:
        pages: list[Any] = self._canvas._doc.Pages.pages
        return pages

    def _tag(self) -> None:
        """The structure tree and the metadata, which reportlab does not write by itself."""
        document = self._canvas._doc
        root = PDFDictionary({})
        root_name = document.Reference(root, "StructTree")
        names: dict[_Element, Any] = {}
        entries: dict[_Element, Any] = {}
        order: list[_Element] = []
        waiting = [self._body]
        while waiting:
            element = waiting.pop()
            order.append(element)
            entries[element] = PDFDictionary({})
            names[element] = document.Reference(entries[element], f"StructElem{len(order)}")
            waiting += [held for held in reversed(element.holds) if isinstance(held, _Element)]
        for element in order:
            self._describe(entries[element], element, root_name, names)
        numbers: list[Any] = []
        for number, marked in enumerate(self._marks):
            owners = PDFArray([names[element] for element in marked])
            numbers += [number, document.Reference(owners, f"StructPage{number}")]
        root["Type"], root["K"] = PDFName("StructTreeRoot"), PDFArray([names[self._body]])
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        root["ParentTreeNextKey"] = len(self._marks)
        catalog = document.Catalog
        catalog.StructTreeRoot = root_name
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        metadata = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
        catalog.Metadata = document.Reference(PDFStream(metadata, self._xmp()), "Metadata")

    def _describe(self, entry: Any, element: _Element, root: Any, names: dict[_Element, Any]) -> None:
        document = self._canvas._doc
        entry["Type"], entry["S"] = PDFName("StructElem"), PDFName(element.tag)
        entry["P"] = names[element.parent] if element.parent else root
        kids = []
        for held in element.holds:
            if isinstance(held, _Element):
                kids.append(names[held])
            else:
                entry["Pg"] = document.Reference(self._pages[held[0]])
                kids.append(held[1])
        entry["K"] = kids[0] if len(kids) == 1 else PDFArray(kids)
        if element.language:
            entry["Lang"] = PDFString(element.language)
        if element.alt:
            entry["Alt"] = PDFString(element.alt)
        if element.attributes:
            entry["A"] = PDFDictionary(element.attributes)

    def _xmp(self) -> bytes:
        """ISO 16684-1, with the mark of PDF/UA-1 (ISO 14289-1 §5). The byte order mark says that it is UTF-8."""
        title, author, subject = map(escape, (self.title, self.author, self.subject))
        conforms = "<pdfuaid:part>1</pdfuaid:part>" if self.conforms else ""
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>"
            f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
            "<dc:language><rdf:Bag><rdf:li>id-ID</rdf:li></rdf:Bag></dc:language>"
            f"{conforms}</rdf:Description></rdf:RDF></x:xmpmeta>\n"
            '<?xpacket end="w"?>\n'
        ).encode()


# Lines of text


def fit(text: str, style: Style, room: float) -> Style:
    """The style, made smaller as far as the text needs to stay on one line."""
    wide = lettering.width(text, style.face, style.size)
    return style if wide <= room else replace(style, size=style.size * room / wide)


_BLANKS = re.compile(r"[^\S\u00a0]+")


def wrap(text: str, style: Style, room: float) -> list[str]:
    """Lines no wider than `room` points, broken at plain blanks; inside a word only where it is wider by itself."""
    lines = [""]
    for word in _BLANKS.split(text):
        longer = f"{lines[-1]} {word}".strip()
        if lettering.width(longer, style.face, style.size) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for cluster in lettering.clusters(word):
            if lines[-1] and lettering.width(lines[-1] + cluster, style.face, style.size) > room:
                lines.append("")
            lines[-1] += cluster
    return lines
