"""Just enough of ONNX's protobuf wire format to read a model's weights and to write a graph.

Field numbers are those of onnx.proto. The `onnx` package would do the same for 20 MB more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES: dict[int, Any] = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64}
_CODES = {np.dtype(kind): code for code, kind in _TYPES.items()}
_VARINT, _BYTES = 0, 2

Array = npt.NDArray[Any]
Attribute = int | float | list[int]


def read_initializers(model: bytes) -> dict[str, Array]:
    """The weights of a serialised model by name. Raises ValueError for types and layouts not met here."""
    graph = next((value for number, value in _fields(memoryview(model)) if number == 7), None)
    if not isinstance(graph, memoryview):
        raise ValueError("the model has no graph")
    return dict(
        _read_tensor(value)
        for number, value in _fields(graph)
        if number == 5 and isinstance(value, memoryview)
    )


def _read_tensor(message: memoryview) -> tuple[str, Array]:
    shape: list[int] = []
    name, kind, raw = "", 0, memoryview(b"")
    for number, value in _fields(message):
        if number == 1:
            shape.extend([value] if isinstance(value, int) else _packed(value))
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8 and isinstance(value, memoryview):
            name = bytes(value).decode()
        elif number == 9 and isinstance(value, memoryview):
            raw = value
    if kind not in _TYPES:
        return name, np.empty(0, dtype=np.uint8)
    return name, np.frombuffer(raw, dtype=_TYPES[kind]).reshape(shape if len(raw) else [0])


def _packed(values: memoryview) -> list[int]:
    found, position = [], 0
    while position < len(values):
        value, position = _read_varint(values, position)
        found.append(value)
    return found


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    position = 0
    while position < len(message):
        key, position = _read_varint(message, position)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, position = _read_varint(message, position)
            yield number, value
            continue
        if wire == _BYTES:
            length, position = _read_varint(message, position)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("not a protobuf message")
        yield number, message[position : position + length]
        position += length


def _read_varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


@dataclass(frozen=True)
class Node:
    """One operation: what it reads ("" for an input that is left out) and what it writes."""

    operation: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    attributes: Mapping[str, Attribute]
    domain: str = ""


def write_model(
    nodes: Sequence[Node],
    weights: Mapping[str, Array],
    inputs: Mapping[str, tuple[Any, Sequence[str | int]]],
    outputs: Mapping[str, tuple[Any, Sequence[str | int]]],
    opsets: Mapping[str, int],
) -> bytes:
    """A serialised model; `inputs` and `outputs` are name -> (numpy type, dimensions by name or size)."""
    graph = b"".join(_message(1, _node(node)) for node in nodes) + _text(2, "graph")
    graph += b"".join(_message(5, _tensor(name, value)) for name, value in weights.items())
    graph += b"".join(_message(11, _value(name, *kind)) for name, kind in inputs.items())
    graph += b"".join(_message(12, _value(name, *kind)) for name, kind in outputs.items())
    model = _number(1, 8) + _message(7, graph)
    return model + b"".join(
        _message(8, _text(1, name) + _number(2, version)) for name, version in opsets.items()
    )


def _node(node: Node) -> bytes:
    parts = [_text(1, name) for name in node.inputs] + [_text(2, name) for name in node.outputs]
    parts += [_text(3, node.outputs[0]), _text(4, node.operation)]
    parts += [_message(5, _attribute(name, value)) for name, value in node.attributes.items()]
    return b"".join(parts) + _text(7, node.domain)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + np.float32(value).tobytes() + _number(20, 1)
    return _text(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _tensor(name: str, value: Array) -> bytes:
    dimensions = b"".join(_number(1, size) for size in value.shape)
    return dimensions + _number(2, _CODES[value.dtype]) + _text(8, name) + _message(9, value.tobytes())


def _value(name: str, kind: Any, shape: Sequence[str | int]) -> bytes:
    dimensions = b"".join(
        _message(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape
    )
    tensor = _number(1, _CODES[np.dtype(kind)]) + _message(2, dimensions)
    return _text(1, name) + _message(2, _message(1, tensor))


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _number(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _varint(value & 0xFFFFFFFFFFFFFFFF)


def _text(number: int, value: str) -> bytes:
    return _message(number, value.encode())


def _message(number: int, value: bytes) -> bytes:
    return _key(number, _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
