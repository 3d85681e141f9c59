"""Records: named tuples and data classes that cost little to define, and properties that are computed once.

``typing.NamedTuple`` compiles the annotation of every field when a class is defined, to check that it is one. A command
defines some fifty such classes before it does anything, which took a twentieth of the time of a search. To a type
checker, this is ``typing.NamedTuple``.

Loading ``dataclasses`` loads ``inspect`` too, and it compiles three functions for each class: together, a tenth of the
time of a search. What it compiles is faster, so a class of many objects takes that. To a type checker, ``dataclass``,
``field`` and ``replace`` are those of ``dataclasses``. What that module does with its own classes, such as ``fields``,
``asdict`` and deriving a class, it also does with these.

``functools.cached_property`` of Python 3.11 has one lock for a property of all objects, so that threads wait for one
another; later versions have none, and nor has this one. Imports nothing else of docarchive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
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

    class _Factory:
        """Makes the value of a field that is not given."""

        def __init__(self, make):
            self.make = make

    #: What a field has that must be given.
    _REQUIRED = object()
    #: The objects of a class after which it takes the methods that ``dataclasses`` compiles, which are faster.
    _FEW = 500
    _set = object.__setattr__

    class _OfTwin:
        """An attribute of a data class that ``dataclasses`` makes when it is first used."""

        def __init__(self, cls, name):
            self._cls, self._name = cls, name

        def __get__(self, instance, owner=None):
            value = getattr(_twin(self._cls), self._name)
            setattr(self._cls, self._name, value)
            return value

    class _Signature:
        """What ``inspect`` and ``help`` show of ``__init__``; of a derived class with its own, there is none here."""

        def __get__(self, instance, owner):
            from inspect import signature

            if instance is not None or owner.__init__ is not _initialize:
                raise AttributeError("__signature__")
            return signature(_twin(owner))

    def field(*, default_factory):
        """Declares a field whose value is made by a function if it is not given."""
        return _Factory(default_factory)

    def replace(record, /, **values):
        """Returns a copy of a data class' object with some other values."""
        return type(record)(**{name: getattr(record, name) for name in record._defaults} | values)

    def dataclass(*, slots, repr=True, frozen=False, kw_only=False):
        """Makes a data class with slots; see ``dataclasses.dataclass``."""
        assert slots

        def define(cls):
            body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
            own = {name: body.pop(name, _REQUIRED) for name in cls.__annotations__}
            defaults = getattr(cls, "_defaults", {}) | own
            methods = {"__init__": _initialize, "__eq__": _equals, "__hash__": None, "__replace__": replace}
            if frozen:
                methods |= {"__hash__": _hash, "__getstate__": _state, "__setstate__": _set_state}
                methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
            if repr:
                methods |= {"__repr__": _repr}
            constants = {
                "_defaults": defaults,
                "_made": 0,
                "_options": {"repr": repr, "frozen": frozen, "kw_only": kw_only},
                "__slots__": (*own,),
                "__match_args__": () if kw_only else (*defaults,),
                "__qualname__": cls.__qualname__,
                "__signature__": _Signature(),
            }
            cls = type(cls)(cls.__name__, cls.__bases__, methods | body | constants)
            for name in ("__dataclass_fields__", "__dataclass_params__"):
                setattr(cls, name, _OfTwin(cls, name))
            return cls

        return define

    def _initialize(self, *given, **named):
        defaults = self._defaults
        values = dict(zip(self.__match_args__, given, strict=False)) | named
        if len(values) < len(given) + len(named) or not values.keys() <= defaults.keys():
            _raise_as_dataclasses(self, given, named)
        for name, default in defaults.items():
            if name in values:
                value = values[name]
            elif isinstance(default, _Factory):
                value = default.make()
            elif default is _REQUIRED:
                _raise_as_dataclasses(self, given, named)
            else:
                value = default
            _set(self, name, value)
        cls = next(cls for cls in type(self).__mro__ if "_made" in vars(cls))
        cls._made += 1
        if cls._made == _FEW:
            _compile(cls)

    def _compile(cls):
        twin = _twin(cls)
        for name, slow in (("__init__", _initialize), ("__eq__", _equals)):
            if vars(cls)[name] is slow:
                setattr(cls, name, getattr(twin, name))

    def _raise_as_dataclasses(record, given, named):
        _twin(type(record))(*given, **named)
        raise AssertionError

    def _twin(cls):
        """Returns the class that ``dataclasses`` makes of the same fields."""
        import dataclasses

        body = {
            name: dataclasses.field(default_factory=default.make) if isinstance(default, _Factory) else default
            for name, default in cls._defaults.items()
            if default is not _REQUIRED
        }
        body |= {"__module__": cls.__module__, "__doc__": cls.__doc__, "__annotations__": _annotations(cls)}
        return dataclasses.dataclass(**cls._options)(type(cls.__name__, (), body))

    def _annotations(cls):
        declared = {}
        for base in reversed(cls.__mro__[:-1]):
            declared |= base.__annotations__
        return {name: declared[name] for name in cls._defaults}

    def _state(self):
        return [getattr(self, name) for name in self._defaults]

    def _set_state(self, state):
        for name, value in zip(self._defaults, state, strict=True):
            _set(self, name, value)

    def _equals(self, other):
        return _state(self) == _state(other) if other.__class__ is self.__class__ else NotImplemented

    def _hash(self):
        return hash((*_state(self),))

    def _repr(self):
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._defaults)})"

    def _refuse(self, name, *value):
        from dataclasses import FrozenInstanceError

        if name in self._defaults or "_defaults" in vars(type(self)):
            raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")
        (_set if value else object.__delattr__)(self, name, *value)
