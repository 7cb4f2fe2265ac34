"""How exams look on paper: what every file of Typst begins with. No package is asked for, so nothing is fetched."""

from __future__ import annotations

from quizcv.exam.typstmath import string

#: Families with Chinese, those that go with a serif first. The first that a machine has is taken.
CHINESE = (
    "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC", "STSong", "SimSun",
    "FandolSong", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "Heiti SC", "STHeiti", "SimHei", "DengXian", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "AR PL UMing CN", "Droid Sans Fallback",
)  # fmt: skip

_LOOK = r"""
#let ink = rgb("#1f3a5f")
#let pale = luma(120)
#let hair = 0.5pt + luma(185)
#set page(
  paper: "a4",
  margin: (x: 2.1cm, top: 2.4cm, bottom: 2cm),
  header: {
    set text(8.5pt, fill: pale)
    grid(columns: (1fr, auto), exam-title, text(fill: ink, weight: "bold", exam-form))
    v(-5pt)
    line(length: 100%, stroke: hair)
  },
  footer: context {
    set text(8.5pt, fill: pale)
    grid(columns: (1fr, auto, 1fr), exam-form, counter(page).display("1 / 1", both: true), [])
  },
)
#set par(leading: 0.68em, spacing: 0.95em)
#set smartquote(enabled: false)
#set list(indent: 0.4em, body-indent: 0.5em)
#set enum(indent: 0.4em, body-indent: 0.5em)
#set table(stroke: hair, inset: (x: 6pt, y: 4.5pt))
#set raw(theme: none, tab-size: 4)
#show raw: set text(0.95em)
#show raw.where(block: true): it => block(fill: luma(246), inset: (x: 8pt, y: 6pt), radius: 3pt, it)
#show math.equation.where(block: true): set block(spacing: 1.15em)
#show table.cell.where(y: 0): strong
#let width = 16.8cm
// A block stays on one page unless no page can hold it.
#let together(body) = context {
  let high = measure(block(width: width, body)).height
  block(width: 100%, breakable: high > 24cm, above: 1.5em, below: 1.5em, body)
}
#let masthead(title, below) = block(width: 100%, below: 1.4em)[
  #grid(columns: (1fr, auto), column-gutter: 1em, align: (left + bottom, right + bottom),
    { set par(leading: 0.4em); text(20pt, weight: "bold", fill: ink, title) },
    box(fill: ink, radius: 3pt, inset: (x: 9pt, y: 6pt), text(11pt, weight: "bold", fill: white, exam-form)))
  #v(-4pt)
  #line(length: 100%, stroke: 1.2pt + ink)
  #if below != none { v(-3pt); text(fill: luma(70), below) }
]
#let person(name, student) = block(above: 1.6em, below: 1.6em, grid(columns: (auto, 1.5fr, auto, 1fr), column-gutter: 7pt, align: bottom,
  name, line(length: 100%, stroke: 0.6pt), student, line(length: 100%, stroke: 0.6pt)))
#let notes(body) = block(width: 100%, fill: luma(247), inset: 10pt, radius: 3pt, stroke: (left: 2pt + ink), body)
#let section(title, body) = {
  block(above: 2em, below: 1em, sticky: true, width: 100%, text(13.5pt, weight: "bold", fill: ink, title))
  if body != none { block(below: 1.2em, sticky: true, body) }
}
#let asked(number, points, stem) = grid(columns: (1.9em, 1fr, auto), column-gutter: (0pt, 1em),
  text(weight: "bold", fill: ink, number), stem, text(0.9em, fill: luma(90), points))
#let below(body) = pad(left: 1.9em, top: 0.2em, body)
#let question(number, points, stem, ..rest) = together({ asked(number, points, stem); for part in rest.pos() { below(part) } })
#let letter(name, right: false) = box(
  width: 1.45em, height: 1.45em, radius: 50%, baseline: 0.38em, stroke: 0.7pt + ink, fill: if right { ink },
  align(center + horizon, text(0.85em, weight: "bold", fill: if right { white } else { ink }, name)))
#let option(name, body, right: false) = grid(columns: (1.9em, 1fr), align: (left, left), letter(name, right: right), pad(top: 0.3em, body))
#let options(columns, ..all) = grid(columns: (1fr,) * columns, column-gutter: 1em, row-gutter: 0.75em, ..all.pos())
#let dots = tiling(size: (5mm, 5mm), place(center + horizon, circle(radius: 0.45pt, fill: luma(150))))
#let scratch(label, high) = block(width: 100%, height: high, radius: 3pt, stroke: hair, fill: dots, inset: 4pt,
  align(left + top, box(fill: white, outset: 1.5pt, text(7pt, fill: luma(130), label))))
#let slot(unit) = box(width: 100%, height: 0.95cm, radius: 3pt, stroke: 0.9pt + ink, inset: (x: 6pt),
  align(right + horizon, text(fill: luma(90), unit)))
#let sized(axis) = stack(spacing: 3pt, slot([]), align(center, text(0.85em, fill: luma(90), axis)))
#let answer(label, body, ..space) = grid(columns: (1fr, 6.4cm), column-gutter: 0.5cm, align: bottom, ..space.pos(),
  grid.cell(x: 1, y: 0, stack(spacing: 4pt, text(0.85em, weight: "bold", fill: ink, label), body)))
#let axes(..names) = grid(columns: (1fr, auto) * (names.pos().len() - 1) + (1fr,), column-gutter: 3pt, align: top,
  ..names.pos().map(sized).intersperse(pad(top: 0.36cm)[×]))
#let label-text(label) = text(0.85em, weight: "bold", fill: ink, label)
#let lines(label, count) = {
  label-text(label)
  for _ in range(count) { v(0.62cm); line(length: 100%, stroke: hair) }
}
#let key(label, body) = block(stroke: 0.9pt + ink, radius: 3pt, inset: (x: 8pt, y: 6pt), above: 0.9em, below: 0.9em)[
  #label-text(label) #h(0.5em) #strong(body)
]
#let mistakes(label, ..all) = block(above: 1em, {
  text(0.9em, weight: "bold", fill: luma(70), label)
  v(-4pt)
  set text(0.93em)
  grid(columns: (auto, 1fr), column-gutter: 0.9em, row-gutter: 0.75em, ..all.pos())
})
#let proof(body) = text(0.82em, fill: rgb("#2d6a3e"))[#text(font: "DejaVu Sans Mono", sym.checkmark) #body]
"""


def preamble(title: str, form: str, lang: str, *, han: bool) -> str:
    """What a file begins with. `title` and `form` are markup; the same on every machine, whatever fonts it has."""
    latin = '(name: "Libertinus Serif", covers: "latin-in-cjk")' if lang == "zh" else '"Libertinus Serif"'
    families = ", ".join(map(string, CHINESE)) if han else ""

    def fonts(first: str) -> str:
        return f"({first}, {families})"

    region = ', region: "cn"' if lang == "zh" else ""
    return "\n".join(
        (
            "#set document(date: none)",
            f"#let exam-title = [{title}]",
            f"#let exam-form = [{form}]",
            f'#set text(font: {fonts(latin)}, size: 10.5pt, lang: "{lang}"{region}, fallback: true)',
            f"#show math.equation: set text(font: {fonts(string('New Computer Modern Math'))}, size: 0.98em)",
            f"#show raw: set text(font: {fonts(string('DejaVu Sans Mono'))})",
            _LOOK,
        )
    )
