# SPDX-License-Identifier: Apache-2.0
"""Tiny tokenizers of the real classes, trained on a few sentences, since nothing is downloaded."""
import collections
import gzip
import io
import json
import pathlib

import sentencepiece
import transformers

SENTENCES = """a photo of a cat. a photo of a dog. a blurry photo of many churches by the sea, with a garden.
the large ship lies in the harbour of an old town and the small ships wait for wind. this is a picture of a road sign.
isn't it a drawing of birds, trees and houses? there are 42 signs, 7 bridges and 1024 bees in the gardens of the museum.
an ångström is small. café crème, naïve façade, jalapeño. a cropped photo of the clean street. a close-up photo of the bird.
it's a bad photo of the hard to see fox. a sketch of one elk, a rendering of gnu and ibis. blue, green, red, yellow, grey.
""".replace("\n", " ")
TEXTS = ["a photo of a cat.", "A  Photo of\tthe LARGE ship!", "road_sign's 42 signs, isn't it?", "Ångström café 日本 😀",
         "a blurry photo of many churches by the sea, with a garden", "x"]
CHINESE = ["一张猫的照片。", "A  Photo of\tthe LARGE ship!", "路标 42", "日本 café 😀", "海边的教堂和花园，有很多树", "x"]


def pairs_of(words, count):
    """Learns that many merges of byte-pair encoding from words (a tuple of symbols to its count)."""
    merges = []
    for _ in range(count):
        found = collections.Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                found[pair] += times
        if not found:
            break
        best = max(found, key=lambda p: (found[p], p))
        merges.append(best)
        merged = collections.Counter()
        for word, times in words.items():
            symbols, i = [], 0
            while i < len(word):
                if word[i:i + 2] == best:
                    symbols.append(word[i] + word[i + 1])
                    i += 2
                else:
                    symbols.append(word[i])
                    i += 1
            merged[tuple(symbols)] += times
        words = merged
    return merges


def clip_merges(count=158):
    from transformers.models.clip.tokenization_clip import bytes_to_unicode

    letters = bytes_to_unicode()
    words = collections.Counter()
    for word in SENTENCES.lower().replace(".", " .").replace(",", " ,").split():
        symbols = [letters[b] for b in word.encode()]
        symbols[-1] += "</w>"
        words[tuple(symbols)] += 1
    return list(letters.values()), pairs_of(words, count)


def clip(folder, length=77):
    """CLIP's byte-pair encoding: vocab.json and merges.txt, then the slow and the fast class's files."""
    folder = pathlib.Path(folder)
    letters, merges = clip_merges()
    tokens = letters + [c + "</w>" for c in letters] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n")
    return transformers.CLIPTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=length,
                                          bos_token="<|startoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>",
                                          pad_token="<|endoftext|>")


def open_clip_merges(file):
    """The same merges in the file that open_clip's SimpleTokenizer reads."""
    with gzip.GzipFile(file, "wb", mtime=0) as out:
        out.write(("#version: 0.2\n" + "\n".join(" ".join(m) for m in clip_merges()[1])).encode())
    return file


def pieces(folder, kind, size, name, **others):
    """A SentencePiece model (unigram or bpe)."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(SENTENCES.split(". ") * 3), model_writer=model, model_type=kind,
                                             vocab_size=size, hard_vocab_limit=False, num_threads=1, minloglevel=2,
                                             character_coverage=1.0, **others)
    file = pathlib.Path(folder) / name
    file.write_bytes(model.getvalue())
    return str(file)


def xlm_roberta(folder, length, rules="identity"):
    """XLM-RoBERTa's; the real ones have the rules nmt_nfkc, which are 240 KB."""
    file = pieces(folder, "unigram", 120, "sentencepiece.bpe.model", normalization_rule_name=rules)
    return transformers.XLMRobertaTokenizerFast(file, model_max_length=length)


def siglip(folder, length=64):
    """SigLIP's slow tokenizer, which is the only one it has in transformers 4.57."""
    file = pieces(folder, "unigram", 130, "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
                  normalization_rule_name="identity")
    return transformers.SiglipTokenizer(file, model_max_length=length, extra_ids=0)


def gemma(folder, length=64):
    """SigLIP 2's: Gemma's, without a beginning, filled to the right."""
    file = pieces(folder, "bpe", 460, "tokenizer.model", byte_fallback=True, pad_id=0, eos_id=1, bos_id=2, unk_id=3,
                  normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False,
                  split_digits=True)
    return transformers.GemmaTokenizerFast(file, model_max_length=length, add_bos_token=False, add_eos_token=True, padding_side="right")


def chinese_bert(folder, length):
    words = sorted(set("一张猫的照片。路标海边教堂和花园，有很多树日本") | set("abcdefghijklmnopqrstuvwxyz0123456789.,!?'_-"))
    more = ["photo", "of", "the", "large", "ship", "##s", "##e", "##ar", "ca", "##fe", "42"] + ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + words + sorted(set(more) - set(words))
    file = pathlib.Path(folder) / "vocab.txt"
    file.write_text("\n".join(tokens) + "\n")
    return transformers.BertTokenizerFast(str(file), model_max_length=length)
