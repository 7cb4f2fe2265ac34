"""What all parameter types share: rules, and reading from what people and files state."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from quizcv.errors import BadParameters

S = TypeVar("S", bound="Spec")

#: More than any honest question needs: a billion-wide layer or a list of a million boxes is refused before anything runs.
LARGEST = 10**7
SMALLEST = 1e-12
LONGEST = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Spec:
    """Base of all parameter types."""

    #: What each parameter means, for `quizcv items show`; by name.
    meaning: ClassVar[Mapping[str, str]] = {}

    def rules(self) -> Iterator[str]:
        """What is broken, in words; nothing for possible parameters."""
        yield from ()


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One parameter as people see it."""

    name: str
    kind: Any
    default: Any
    meaning: str

    @property
    def required(self) -> bool:
        return self.default is dataclasses.MISSING

    @property
    def kind_name(self) -> str:
        return _kind_name(self.kind)


_FIELDS: dict[type[Spec], tuple[Field, ...]] = {}


def fields_of(spec: type[Spec]) -> tuple[Field, ...]:
    """The parameters of a type, in order."""
    if spec not in _FIELDS:
        kinds = get_type_hints(spec)
        _FIELDS[spec] = tuple(
            Field(field.name, kinds[field.name], field.default, spec.meaning.get(field.name, ""))
            for field in dataclasses.fields(spec)
        )
    return _FIELDS[spec]


def read(spec: type[S], stated: Mapping[str, Any], what: str = "") -> S:
    """Parameters from what somebody stated: values as YAML gives them, or words.

    Raises:
        BadParameters: names every parameter that is missing, unknown or of the wrong kind, else every broken rule.
    """
    what = what or spec.__name__
    fields = {field.name: field for field in fields_of(spec)}
    wrong = [_unknown(name, list(fields)) for name in stated if name not in fields]
    missing = [name for name, field in fields.items() if field.required and name not in stated]
    if missing:
        wrong.append(f"{', '.join(missing)} missing")
    values: dict[str, Any] = {}
    for name, value in stated.items():
        if name in fields:
            try:
                values[name] = _converted(value, fields[name].kind)
            except (ValueError, TypeError) as error:
                wrong.append(f"{name} = {value!r}: {error}")
    if not wrong:
        made = spec(**values)
        try:
            wrong = list(made.rules())
        except (ArithmeticError, LookupError) as error:
            wrong = [f"these values do not go together ({error})"]
        if not wrong:
            return made
    takes = ", ".join(f"{f.name}" if f.required else f"{f.name}={_shown(f.default)}" for f in fields.values())
    raise BadParameters(f"{what}: {'; '.join(wrong)}.", f"Parameters: {takes}.")


def text_of(spec: Spec) -> str:
    """The parameters as `quizcv calc` takes them; one that is None is left out, as people do."""
    stated = ((field.name, getattr(spec, field.name)) for field in fields_of(type(spec)))
    return " ".join(f"{name}={_shown(value)}" for name, value in stated if value is not None)


def _unknown(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(str(name), names, 1)
    return f"there is no parameter {name!r}" + (f" (did you mean {near[0]}?)" if near else "")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ",".join(_shown(part) for part in value) + "]"
    return str(value)


def _converted(value: Any, kind: Any) -> Any:
    """`value` as `kind`, which is one of those that parameters have."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        if value in arguments:
            return value
        raise ValueError(f"it must be one of {', '.join(map(str, arguments))}")
    if origin is tuple:
        return _tuple(value, arguments)
    if origin in (Union, UnionType):
        return _union(value, arguments)
    if kind is bool:
        if isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        raise ValueError("it must be true or false")
    if kind is int:
        return _integer(value)
    if kind is float:
        return _number(value)
    if kind is str and isinstance(value, str):
        return value
    raise ValueError(f"it must be {_kind_name(kind)}")


def _union(value: Any, kinds: tuple[Any, ...]) -> Any:
    if value is None and NoneType in kinds:
        return None
    for kind in kinds:
        try:
            return _converted(value, kind)
        except (ValueError, TypeError):
            continue
    raise ValueError(f"it must be {' or '.join(_kind_name(kind) for kind in kinds)}")


def _tuple(value: Any, kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError("it must be a list, e.g. [3,1]")
    if len(value) > LONGEST:
        raise ValueError(f"it may have {LONGEST} entries, not {len(value)}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_converted(part, kinds[0]) for part in value)
    if len(value) != len(kinds):
        raise ValueError(f"it must have {len(kinds)} entries, not {len(value)}")
    return tuple(_converted(part, kind) for part, kind in zip(value, kinds, strict=True))


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("it must be a whole number")
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("it must be a whole number") from None
    if number != number or number in (float("inf"), float("-inf")) or number != int(number):
        raise ValueError("it must be a whole number")
    if abs(number) > LARGEST:
        raise ValueError(f"it may be {LARGEST:,} at most")
    return int(number)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("it must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError("it must be a number") from None
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise ValueError(f"its size must lie between {SMALLEST:g} and {LARGEST:,}")
    return number


_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "a word", NoneType: "nothing"}


def _kind_name(kind: Any) -> str:
    if kind in _NAMES:
        return _NAMES[kind]
    arguments = get_args(kind)
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, arguments))}"
    if get_origin(kind) is tuple:
        inner = [_kind_name(part) for part in arguments if part is not Ellipsis]
        return f"a list of {inner[0]}s" if Ellipsis in arguments else f"[{', '.join(inner)}]"
    return " or ".join(_kind_name(part) for part in arguments)
