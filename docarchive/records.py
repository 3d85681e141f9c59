"""Records: named tuples whose classes cost little to define, and properties that are computed once.

``typing.NamedTuple`` compiles the annotation of every field when a class is defined, to check that it is one. A command
defines some fifty such classes before it does anything, which took a twentieth of the time of a search. To a type
checker, this is ``typing.NamedTuple``.

``functools.cached_property`` of Python 3.11 has one lock for a property of all objects, so that threads wait for one
another; later versions have none, and nor has this one. Imports nothing else of docarchive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import cached_property as cached_property
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    class _Definition(type):
        """The type of ``NamedTuple``: defines a tuple with the fields, defaults and methods of the body of a class."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body.get("__annotations__", {})
            defaults = [body.pop(field) for field in fields if field in body]
            record = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                setattr(record, key, value)
            return record

    class NamedTuple(metaclass=_Definition):
        """A tuple with named fields; see ``typing.NamedTuple``."""

    class cached_property:  # noqa: N801, named as what it stands for
        """A property whose value is kept in the object once it was computed; assigning or deleting it is possible."""

        def __init__(self, compute):
            self._compute = compute
            self.__doc__ = compute.__doc__

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            value = instance.__dict__[self._name] = self._compute(instance)
            return value
