import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.names import (
    clean_name,
    fold,
    initials,
    name_key,
    name_problems,
    name_words,
    spelled,
    spelled_words,
)


@given(st.text(max_size=40))
def test_cleaning_and_folding_twice_change_nothing_more(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper().lower()) == fold(text.lower())


def test_names_are_found_however_they_are_written() -> None:
    assert fold("Nur’aini") == fold("NUR'AINI") == "nuraini"
    assert fold("Désirée  S.-Putri") == "desiree s putri"
    assert fold("李 明") == "李 明"


def test_a_name_is_kept_as_written_with_single_spaces() -> None:
    assert clean_name("  Siti\t Nur‘aini \n") == "Siti Nur'aini"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Sukarno", []),
        ("", ["name.empty"]),
        (" .-' ", ["name.empty"]),
        ("S1ti", ["name.digits"]),
        ("a" * 121, ["name.too_long"]),
    ],
)
def test_one_word_is_a_name_and_nothing_is_not(name: str, codes: list[str]) -> None:
    assert [problem.code for problem in name_problems(name)] == codes


def test_initials_take_three_words_at_most() -> None:
    assert initials("Siti Nurhaliza") == "SN"
    assert initials("sukarno") == "S"
    assert initials("Raden Ajeng Kartini Djojo") == "RAK"
    assert initials("") == ""


ONE_NAME = """
Muhammad Ali | Mohammad Ali | Mohamad Ali | Muhamad Ali | Moh. Ali | Muh. Ali | Mhd Ali | M. Ali | Moehammad Ali
Siti Aminah | Sitti Aminah | St. Aminah | Sity Aminah
Sri | Srie
Nur Hayati | Noer Hajati | Noor Hayati | Nor Hayati | Nurhayati | NORHAYATI
Achmad | Ahmad | Akhmad | Akhmat
Yusuf | Jusuf | Yusup | Joesoef
Syarif | Sjarif | Sarif | Syarief | Sharif
Nuraini | Nuraeni | Nurainy | Nur Aini | Nur 'Aini
Wahyuni | Wahjoeni | Wahjuni
Soekarno | Sukarno
Chairul | Khairul | Hairul | Khoirul | Chaerul
Abdul Rahman | Abdurrahman | Abdurrohman | Abd. Rohman | Abdoel Rachman | Abdur Rahman
Fauzi | Pauji | Fauji | Fawzi | Fauzy
Aziz | Azis | Ajis
Rizki | Rizky | Riski | Rizqi | Rijki
Djoko | Joko
Tjahjono | Cahyono
Hidayat | Hidajat
Widjaja | Wijaya
Njoman | Nyoman
Surya | Suria
Setyowati | Setiyowati | Setyo Wati
Maryam | Mariam | Mariyam
Suwardi | Suardi
Aisyah | Aisya | Aisah | Aesah
Saiful | Syaiful | Saepul | Sjaiful
Zaenal | Zainal | Jaenal
Husein | Husain | Husen | Hussein
Kristina | Christina | Cristina
Chandra | Candra | Tjandra
Ramadhan | Ramadan | Romadhon
Abdullah | Abdulloh
Wulansari | Wulan Sari
Yohanes | Johannes
Rahmat | Rahmad | Rochmat
Dyah | Diah
Desi | Desy | Dessy
Munah | M U N A H
I Made Suartana | Made Suartana | I Md. Suartana
Siti Nurhaliza | Siti Nur Haliza | St. Noerhaliza | NURHALIZA SITI
Hj. Siti Aminah, S.Pd | SITI AMINAH | Hajah Siti Aminah S.Pd.I | dr. Hj. St. Aminah, M.Kes
Drs. H. Ahmad Fauzi, M.Si | Ach. Fauzi | AHMAD FAUZI SE
Siti Aminah binti Ali | Siti Aminah Ali | SITI AMINAH BT ALI | Siti Aminah B. Ali
Muthu a/l Raman | Muthu Raman
"""


@pytest.mark.parametrize("variants", ONE_NAME.strip().split("\n"))
def test_one_name_however_it_is_spelled_shortened_or_parted(variants: str) -> None:
    keys = {name_key(written.strip()) for written in variants.split("|")}
    assert len(keys) == 1, keys


OTHER_NAMES = """
dwi dewi tri sri siti ani ayu ari adi edi eka eko ika ita ida ina ria rina rini rani roni rian yuni yuli yani yanti
yati wati dian dina dini deni dani doni hasan husni hidayat hidayah rahmah rahmat rahman rohani joko jaka juni joni
budi bayu agus agung andi anda indah intan sari sarah saroh mahmud muhammad hamid umi umar usman ali alif lia lala lela
laila sumi sami susi santi sinta novi nova nina nani nana rudi ridho riski risma rosma reni heni hani hana hendra hendri
heri hari mira mirna mila mela maya mia putra putri yusuf yunus tono tini tina toni wawan wiwin iwan irwan irfan irma
farid ferdi fitri vita vina wulan bulan abdul abdullah nisa anisa aisyah asih asiyah jamal kamal kamil jamil jamilah
suyono suyanto suyatno sujono suharto suhartono sukarno sukarna ngatini juminah jumiati sulastri sulistyo
"""


def test_other_names_keep_apart() -> None:
    assert len({spelled(word) for word in OTHER_NAMES.split()}) == len(OTHER_NAMES.split())


def test_names_of_other_scripts_and_titles_alone_keep_a_key() -> None:
    assert name_key("李 明") == "明 李"
    assert name_key("عبد الرحمن") == name_key("الرحمن  عبد") != ""
    assert name_key("Haji") == "haji"
    assert name_key("H.") == "h"
    assert name_key("M.") == name_key("m") == "m"
    assert name_key(" .-") == ""


def test_an_initial_is_written_out_only_where_it_can_be_nothing_else() -> None:
    assert name_words("M. T. Hidayat") == ("muhamad", "t", "hidayat")
    assert name_words("Rizki M.") == ("rizki", "m")
    assert name_words("Andi Muh. Rizal") == ("andi", "muhamad", "rizal")
    assert name_words("A. Fauzi") == ("a", "fauzi")


def test_keys_stand_in_ledgers_and_do_not_change_unnoticed() -> None:
    # A key that changes has every worker's row posted anew: raise POSTING_VERSION with it.
    assert [
        name_key(name) for name in ("Siti Nurhaliza", "M. Rizky Syaifoel", "Hj. Sri Wahjoeni, S.E.", "Ni Luh Putu Ayu")
    ] == ["halija nur siti", "muhamad riski saipul", "sri wahiuni", "ayu luh putu"]


@given(st.lists(st.text(max_size=12), max_size=5))
def test_the_key_is_there_for_every_name(words: list[str]) -> None:
    name = " ".join(words)
    key = name_key(name)
    assert bool(key) == bool(fold(name))
    assert key == name_key(name) == name_key(clean_name(fold(name)))
    assert " ".join(sorted(spelled_words(name))) == key


@given(st.text(max_size=30))
def test_folding_the_quick_way_is_folding(text: str) -> None:
    plain = "".join(character for character in text if character.isascii())
    # One letter from beyond ASCII takes the long way.
    assert fold(f"{plain} é") == f"{fold(plain)} e".strip()
