"""Only authenticated bytes of the right document ever leave the sealed store."""

import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.blobs import BlobExists, BlobMissing, KeyMissing
from portal.blobs.disk import DiskBlobs
from portal.blobs.memory import MemoryBlobs, MemoryDataKeys
from portal.blobs.sealed import CHUNK, NotInDocument, SealedStore
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import SealBroken

HEADER, TAG = 8, 16
SIZES = (0, 1, 200_000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7)


class Desk:
    """A sealed store in memory with its insides in view."""

    def __init__(self) -> None:
        self.blobs = MemoryBlobs()
        self.store = SealedStore(self.blobs, MemoryDataKeys())

    def seal(self, plain: bytes) -> str:
        document_id = new_id()
        self.store.seal(document_id, io.BytesIO(plain))
        return document_id

    def read(self, document_id: str, size: int, start: int = 0, end: int | None = None) -> bytes:
        return b"".join(self.store.open(document_id, size, start, end))


def letter(size: int) -> bytes:
    return hashlib.shake_128(size.to_bytes(8)).digest(size)


@pytest.fixture(scope="module")
def shelf() -> tuple[Desk, dict[int, str]]:
    desk = Desk()
    return desk, {size: desk.seal(letter(size)) for size in SIZES}


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_what_is_opened(size: int) -> None:
    desk, document_id = Desk(), new_id()
    sealed = desk.store.seal(document_id, io.BytesIO(letter(size)))
    assert (sealed.size, sealed.sha256) == (size, hashlib.sha256(letter(size)).hexdigest())
    assert desk.read(document_id, size) == letter(size)


@settings(deadline=None, max_examples=60)
@given(size=st.sampled_from(SIZES), data=st.data())
def test_any_part_is_the_same_part_of_the_letter(
    shelf: tuple[Desk, dict[int, str]], size: int, data: st.DataObject
) -> None:
    desk, kept = shelf
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    assert desk.read(kept[size], size, start, end) == letter(size)[start:end]


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_part_is_empty_even_at_the_very_end(shelf: tuple[Desk, dict[int, str]], size: int) -> None:
    desk, kept = shelf
    assert [desk.read(kept[size], size, at, at) for at in (0, size // 2, size)] == [b"", b"", b""]


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 11), (11, 11)])
def test_a_part_that_does_not_exist_is_refused(start: int, end: int) -> None:
    desk = Desk()
    document_id = desk.seal(bytes(10))
    with pytest.raises(NotInDocument):
        desk.store.open(document_id, 10, start, end)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_one_changed_bit_anywhere_opens_nothing_of_its_chunk(data: st.DataObject) -> None:
    desk, size = Desk(), 3000
    document_id = desk.seal(letter(size))
    blob = bytearray(desk.blobs.kept[document_id])
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= 1 << data.draw(st.integers(0, 7))
    desk.blobs.kept[document_id] = bytes(blob)
    with pytest.raises(SealBroken):
        desk.store.open(document_id, size)


def _chunks(blob: bytes) -> list[bytes]:
    return [blob[at : at + CHUNK + TAG] for at in range(HEADER, len(blob), CHUNK + TAG)]


def test_a_reordered_document_does_not_open() -> None:
    desk, size = Desk(), 3 * CHUNK
    document_id = desk.seal(letter(size))
    blob = desk.blobs.kept[document_id]
    one, two, three = _chunks(blob)
    desk.blobs.kept[document_id] = blob[:HEADER] + two + one + three
    with pytest.raises(SealBroken):
        desk.store.open(document_id, size)


@pytest.mark.parametrize("claimed", [2 * CHUNK, 3 * CHUNK])
def test_a_document_cut_at_a_chunk_does_not_open_to_its_end(claimed: int) -> None:
    desk, size = Desk(), 3 * CHUNK
    document_id = desk.seal(letter(size))
    desk.blobs.kept[document_id] = desk.blobs.kept[document_id][: HEADER + 2 * (CHUNK + TAG)]
    seen: list[bytes] = []
    with pytest.raises(SealBroken):
        seen.extend(desk.store.open(document_id, claimed))
    assert b"".join(seen) in {letter(size)[:CHUNK], letter(size)[: 2 * CHUNK]}


@pytest.mark.parametrize("keep", [0, 5, HEADER, HEADER + TAG, HEADER + 1000])
def test_a_document_cut_anywhere_does_not_open(keep: int) -> None:
    desk = Desk()
    document_id = desk.seal(letter(3000))
    desk.blobs.kept[document_id] = desk.blobs.kept[document_id][:keep]
    with pytest.raises(SealBroken):
        desk.store.open(document_id, 3000)


def test_another_documents_bytes_do_not_open_under_this_name() -> None:
    desk = Desk()
    mine, theirs = desk.seal(letter(500)), desk.seal(letter(500))
    desk.blobs.kept[mine] = desk.blobs.kept[theirs]
    with pytest.raises(SealBroken):
        desk.store.open(mine, 500)


def test_a_chunk_of_another_document_under_the_same_key_does_not_open() -> None:
    desk, keys = Desk(), MemoryDataKeys()
    desk.store = SealedStore(desk.blobs, keys)
    mine, theirs = desk.seal(letter(500)), desk.seal(letter(500))
    keys.destroy([mine])
    keys.put(mine, keys.get(theirs))
    desk.blobs.kept[mine] = desk.blobs.kept[theirs]
    with pytest.raises(SealBroken):
        desk.store.open(mine, 500)


def test_an_id_is_sealed_once() -> None:
    desk = Desk()
    document_id = desk.seal(b"first")
    with pytest.raises(BlobExists):
        desk.store.seal(document_id, io.BytesIO(b"second"))
    assert desk.read(document_id, 5) == b"first"


def test_equal_letters_look_unlike_at_rest() -> None:
    desk = Desk()
    one, other = desk.seal(letter(500)), desk.seal(letter(500))
    assert desk.blobs.kept[one][HEADER:] != desk.blobs.kept[other][HEADER:]
    assert letter(500)[:16] not in desk.blobs.kept[one]


def test_a_shredded_document_is_noise_even_when_its_bytes_were_copied() -> None:
    desk = Desk()
    document_id = desk.seal(b"gone")
    copied = desk.blobs.kept[document_id]
    desk.store.shred(document_id)
    desk.store.shred(document_id)
    with pytest.raises(KeyMissing):
        desk.store.open(document_id, 4)
    desk.blobs.kept[document_id] = copied
    with pytest.raises(KeyMissing):
        desk.store.open(document_id, 4)


def test_missing_bytes_are_known_before_an_answer_begins() -> None:
    desk = Desk()
    document_id = desk.seal(b"lost")
    desk.blobs.delete(document_id)
    with pytest.raises(BlobMissing):
        desk.store.open(document_id, 4)


def test_a_large_document_passes_through_in_a_few_mebibytes(tmp_path: Path) -> None:
    store, document_id, size = SealedStore(DiskBlobs(tmp_path), MemoryDataKeys()), new_id(), 40 * CHUNK
    with (tmp_path / "large").open("w+b") as source:
        source.truncate(size)
        tracemalloc.start()
        store.seal(document_id, source)
        for _ in store.open(document_id, size):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 6 * CHUNK
