"""LaTeX as a terminal shows it: a table of what decks and notes use, and that nothing raises."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizcv.tui.mathtext import LONGEST, unicode_math

TABLE = [
    # fractions: parentheses where they are needed, and nowhere else
    (r"\frac{a}{b}", "a/b"),
    (r"\frac{H+2p-d(k-1)-1}{s}", "(H+2p−d(k−1)−1)/s"),
    (r"\left\lfloor \frac{H+2p-d(k-1)-1}{s} \right\rfloor + 1", "⌊(H+2p−d(k−1)−1)/s⌋ + 1"),
    (r"H_{out} = \frac{H_{in}+2P-K}{S}+1", "Hₒᵤₜ = (Hᵢₙ+2P−K)/S + 1"),
    (r"\frac{1}{1-\beta}", "1/(1−β)"),
    (r"\frac{1}{2n}", "1/(2n)"),
    (r"\frac{2n}{k}", "2n/k"),
    (r"\frac{n(n-1)}{2}", "n(n−1)/2"),
    (r"\frac{1}{n(n-1)}", "1/(n(n−1))"),
    (r"\frac{1}{f(x)}", "1/f(x)"),
    (r"\frac{1}{\log n}", "1/(log n)"),
    (r"\frac12 x", "(1/2) x"),
    (r"\frac{a}{b}c", "(a/b)c"),
    (r"\frac{a}{b} - c", "a/b − c"),
    (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
    (r"\frac{a}{\frac{b}{c}}", "a/(b/c)"),
    (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
    (r"-\frac{1}{2}", "−1/2"),
    (r"2\frac{1}{3}", "2(1/3)"),
    (r"x/\frac{a}{b}", "x/(a/b)"),
    (r"\log\frac{a}{b}", "log(a/b)"),
    (r"\frac{\partial l}{\partial w}", "∂l/∂w"),
    (r"\frac{\partial l}{\partial z}\frac{\partial z}{\partial w}", "(∂l/∂z)(∂z/∂w)"),
    (r"\frac{\partial^2 L}{\partial w^2}", "∂²L/∂w²"),
    (r"\frac{d}{dx} f", "(d/dx) f"),
    (r"\frac{|A \cap B|}{|A \cup B|}", "|A∩B|/|A∪B|"),
    (r"\frac{2TP}{2TP+FP+FN}", "2TP/(2TP+FP+FN)"),
    (r"\frac{\text{true positives}}{\text{all}}", "(true positives)/all"),
    (r"\frac{\text{预测正确}}{\text{总数}}", "预测正确/总数"),
    (r"\frac{H + \boxed{2p} - {[…]} - 1}{s}", "(H+\ufdd02p\ufdd1−[…]−1)/s"),
    (r"\frac{\boxed{a + b}}{c}", "\ufdd0(a+b)\ufdd1/c"),
    (r"f(a) = A \boxed{\tanh}(S a)", "f(a) = A \ufdd0tanh\ufdd1(S a)"),
    (r"\boxed{-x}", "\ufdd0−x\ufdd1"),
    # roots
    (r"\sqrt{2}", "√2"),
    (r"\sqrt{d_k}", "√dₖ"),
    (r"\sqrt{x^2+y^2}", "√(x²+y²)"),
    (r"\sqrt{2}x", "√2 x"),
    (r"\sqrt[3]{x}", "∛x"),
    (r"\sqrt[n]{x}", "ⁿ√x"),
    (r"randn(in,out)*\sqrt{6/(in+out)}", "randn(in, out) * √(6/(in+out))"),
    # scripts
    (r"x^{2}", "x²"),
    (r"x^12", "x¹2"),
    (r"10^{-6}", "10⁻⁶"),
    (r"\delta^{L+1}", "δᴸ⁺¹"),
    (r"\beta_{1}^{t}", "β₁ᵗ"),
    (r"v_{dW}^{corrected}", "v_dW^corrected"),
    (r"\frac{v_{dW}}{1-\beta_{1}^{t}}", "v_dW/(1−β₁ᵗ)"),
    (r"S_{dW}^2", "S²_dW"),
    (r"\beta S_{dW} x", "βS_dW x"),
    (r"d_{model}", "d_model"),
    (r"W_{\text{out}}", "Wₒᵤₜ"),
    (r"x_{i,j}", "x_(i,j)"),
    (r"x^{a^b}", "x^(aᵇ)"),
    (r"e^{-\frac{x^2}{2\sigma^2}}", "e^(−x²/(2σ²))"),
    (r"z^{(l)} = W^{(l)}a^{(l-1)}", "z⁽ˡ⁾ = W⁽ˡ⁾a⁽ˡ⁻¹⁾"),
    (r"z^{[l]}", "z^[l]"),
    (r"\R^{2\times3}", "ℝ^(2×3)"),
    (r"A^\top A", "AᵀA"),
    (r"f^{\prime}(x) + f'(x)", "f′(x) + f′(x)"),
    (r"30^\circ", "30°"),
    (r"\theta _{L}", "θ_L"),
    (r"z = w_1x_1+w_2x_2 + b", "z = w₁x₁ + w₂x₂ + b"),
    # operators, functions
    (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
    (r"\frac{1}{n}\sum_{i=1}^{n}(y_i-\hat y_i)^2", "(1/n) ∑ᵢ₌₁ⁿ (yᵢ − ŷᵢ)²"),
    (r"\prod_{k=1}^{K} s_k", "∏ₖ₌₁ᴷ sₖ"),
    (r"\int_0^1 f(x)\,dx", "∫₀¹ f(x) dx"),
    (r"\max(0, x)", "max(0, x)"),
    (r"-\sum_i y_i \log \hat{y}_i", "−∑ᵢ yᵢ log ŷᵢ"),
    (r"\exp(-x)", "exp(−x)"),
    (r"\arg\max_\theta p", "arg max_θ p"),
    (r"\operatorname{softmax}(x)_i", "softmax(x)ᵢ"),
    (r"\operatorname*{argmin}_x f", "argminₓ f"),
    (r"\nabla_\theta J(\theta)", "∇_θ J(θ)"),
    (r"\mathrm{ReLU}(x)=max{0,x}", "ReLU(x) = max{0, x}"),
    (r"a \bmod b", "a mod b"),
    (r"\binom{n}{k}", "C(n, k)"),
    # letters, accents, delimiters
    (r"\mathbb{R}^{n}", "ℝⁿ"),
    (r"\mathbb{E}[x]", "E[x]"),
    (r"\mathcal{L}", "ℒ"),
    (r"\hat x, \bar{x}, \tilde O, \vec v", "x̂, x̄, Õ, v⃗"),
    (r"\overline{AB}", "A̅B̅"),
    (r"\|w\|_2^2", "‖w‖₂²"),
    (r"p(y|x) + |x|", "p(y|x) + |x|"),
    (r"\{x \mid x>0\}", "{x | x > 0}"),
    (r"\left ( 1-\beta  \right )dW^{2}", "(1 − β)dW²"),
    (r"\left\{x\right.", "{x"),
    (r"\langle x,y\rangle", "⟨x, y⟩"),
    (r"x \not\in A", "x ∉ A"),
    (r"\underbrace{a+b}_{k}", "(a + b)ₖ"),
    # numbers, spaces, text
    (r"34{,}944", "34,944"),
    (r"34,944", "34,944"),
    (r"(224,224,3)", "(224, 224, 3)"),
    (r"\{1,2,\dots,n\}", "{1, 2, …, n}"),
    (r"224 \times 224 \times 3", "224 × 224 × 3"),
    (r"3\times3", "3 × 3"),
    (r"(3 \cdot 3 \cdot 64 + 1) \cdot 128", "(3 · 3 · 64 + 1) · 128"),
    (r"50\%", "50%"),
    (r"50% of", "50% of"),
    (r"a=b+c-d", "a = b + c − d"),
    (r"x = -1, (-y)", "x = −1, (−y)"),
    (r"W:=W-\alpha dW", "W := W − αdW"),
    (r"a / b + c/d", "a / b + c/d"),
    (r"a\,b\;c\quad d", "a b c  d"),
    (r"\text{if } x > 0", "if x > 0"),
    (r"1\,\text{MB}", "1 MB"),
    (r"\beta1和\beta2", "β1和β2"),
    (r"\text{输出}=\text{输入}+1", "输出 = 输入 + 1"),
    (r"\unknown x", r"\unknown x"),
    # what is broken comes back
    (r"\frac{a}", r"\frac{a}"),
    (r"{a", "{a"),
    (r"a}b", "a}b"),
    (r"\begin{cases} x", r"\begin{cases} x"),
]


@pytest.mark.parametrize(("latex", "text"), TABLE, ids=[latex for latex, _ in TABLE])
def test_table(latex: str, text: str) -> None:
    assert unicode_math(latex) == text


LINES = [
    (r"\begin{equation} ReLU(x)=0 \end{equation}", "ReLU(x) = 0", "ReLU(x) = 0"),
    (r"\begin{aligned} yy &= b+c \\ &= d \end{aligned}", "yy = b + c\n= d", "yy = b + c\n   = d"),
    (r"\begin{align*} a&=b\\[2pt] ccc&=d\label{x}\end{align*}", "a = b\nccc = d", "  a = b\nccc = d"),
    (r"\begin{equation}\begin{split} a&=b\end{split}\end{equation}", "a = b", "a = b"),
    (r"a \\ b", "a\nb", "a\nb"),
    (
        r"K=\begin{bmatrix}-1&0\\0&22\end{bmatrix}",
        "K = [−1 0; 0 22]",
        "K = ⎡ −1  0  ⎤\n    ⎣ 0   22 ⎦",
    ),
    (r"\begin{pmatrix}1\\2\\3\end{pmatrix}^T", "(1; 2; 3)ᵀ", "⎛ 1 ⎞\n⎜ 2 ⎟ᵀ\n⎝ 3 ⎠"),
    (r"\left[\begin{matrix}1&2\\3&4\end{matrix}\right]", "[1 2; 3 4]", "⎡ 1  2 ⎤\n⎣ 3  4 ⎦"),
    (
        r"f(x)=\begin{cases} x & x>0 \\ 0 & \text{otherwise}\end{cases}",
        "f(x) = {x, x > 0; 0, otherwise}",
        "f(x) = ⎧ x  x > 0\n       ⎩ 0  otherwise",
    ),
    (r"\frac{\begin{pmatrix}1\\2\end{pmatrix}}{2}", "(1; 2)/2", "(1; 2)/2"),
]


@pytest.mark.parametrize(("latex", "inline", "display"), LINES)
def test_several_lines(latex: str, inline: str, display: str) -> None:
    assert unicode_math(latex) == inline
    assert unicode_math(latex, display=True) == display


def test_blocks_line_up_under_wide_characters() -> None:
    lines = unicode_math(r"\text{核}=\begin{bmatrix}\text{宽}&1\\a&b\end{bmatrix}", display=True).split("\n")
    assert len({cell_len(line) for line in lines}) == 1


def test_too_long_is_left_alone() -> None:
    source = "x^2" * LONGEST
    assert unicode_math(source) == source


words = st.text(alphabet="abcxyzWΣβ卷积核0123456789 ", max_size=40)
ENVIRONMENTS = ["cases", "bmatrix", "aligned"]
COMMANDS = [
    r"\frac",
    r"\sqrt",
    r"\left(",
    r"\right.",
    r"\left\{",
    r"\text{",
    r"\mathrm{",
    r"\hat",
    r"\sum",
    r"\quad",
    r"\mathbb",
]
MORE = [r"\operatorname", r"\overset", r"\boxed", r"\not", r"\\", r"\|", r"\,", "\\"]
BEGINS, ENDS = [rf"\begin{{{name}}}" for name in ENVIRONMENTS], [rf"\end{{{name}}}" for name in ENVIRONMENTS]
commands = st.sampled_from([*BEGINS, *ENDS, *COMMANDS, *MORE, *"&^_{}[]()|'$%~#+-=/,;:.*ab1卷"])


@given(st.text(max_size=60))
def test_never_raises_on_any_text(text: str) -> None:
    for display in (False, True):
        assert isinstance(unicode_math(text, display=display), str)


@given(st.lists(commands, max_size=25))
def test_never_raises_on_broken_latex(parts: list[str]) -> None:
    for source in ("".join(parts), " ".join(parts)):
        for display in (False, True):
            assert isinstance(unicode_math(source, display=display), str)


@pytest.mark.parametrize("source", ["{" * 3000, r"\sqrt{" * 500 + "}" * 500, "_" * 3000, r"\left(" * 600, "x_" * 1500])
def test_never_raises_on_deep_nesting(source: str) -> None:
    assert isinstance(unicode_math(source, display=True), str)


@given(words)
def test_plain_words_stay(text: str) -> None:
    assert unicode_math(text).split() == text.split()


@given(
    st.lists(
        st.sampled_from(["a", "xy", "卷积", "12", "3.5", " ", "+", "=", "×", "·", ",", "(", ")", "β"]), max_size=15
    )
)
def test_idempotent_without_latex(parts: list[str]) -> None:
    once = unicode_math("".join(parts))
    assert unicode_math(once) == once


def test_libraries_are_imported_at_the_first_formula() -> None:
    """The review starts without them; words and numbers between dollars need none either."""
    program = (
        "import sys\n"
        "from quizcv.tui.mathtext import unicode_math as u\n"
        "u('x 12')\n"
        "assert not {'pylatexenc', 'unicodeit'} & set(sys.modules)\n"
        "u('x^2')\n"
        "assert {'pylatexenc', 'unicodeit'} <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
