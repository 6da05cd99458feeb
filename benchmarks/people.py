"""Made-up Indonesians as registers know them: names by island and sex, families, villages, and what a second
registration of the same person gets wrong. The same seed gives the same people; nobody is real.

How often each thing goes wrong is an estimate; every share stands here, in one place, to be argued with.
"""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from models.rules.names import name_key


def _list(words: str) -> list[str]:
    return words.split(",")


# Names: the commoner first in every list; the second of two words comes from another list.

JAVA_F = _list(
    "SITI,SRI,DEWI,NUR,TRI,DWI,EKA,ENDANG,RINI,YULI,INDAH,RATNA,WIWIK,ANIK,TITIK,LILIK,SULASTRI,SUMIATI,SUMARNI,SUNARTI,"
    "KARTINI,SUTINI,SUPRIHATIN,WAHYU,KUSTINI,MARYATI,RUMIATI,PONIYEM,JUMINAH,KASIYATI,SUYATMI,SRIYATUN,MUJIATI,TUTIK,"
    "NANIK,ENI,ERNI,SUSI,LINDA,YUNI,NIKEN,RETNO,PUJI,HENI,WINARTI,MUSLIKAH,UMI,LATIFAH,KHUSNUL,ROCHMAH,FITRI,DIAN,AYU"
)
JAVA_F_SECOND = _list(
    "WAHYUNI,LESTARI,ASTUTI,RAHAYU,HANDAYANI,NINGSIH,WATI,SUSANTI,SETYOWATI,UTAMI,AMINAH,FATIMAH,KHOTIMAH,ROHMAH,NURJANAH,"
    "MULYANI,SURYANI,YULIANTI,PURWANTI,INDRAWATI,KUSUMAWATI,PUSPITASARI,PERMATASARI,WULANDARI,ANGGRAENI,MARYAM,SUNDARI,"
    "HARTINI,SUSILOWATI,RATNASARI,MAESAROH,ZULAIKHA,KURNIAWATI,HIDAYATI,CHASANAH,MUKAROMAH,ISTIQOMAH,ROKHAYATI,WIDAYATI"
)
JAVA_M = _list(
    "AGUS,BUDI,SLAMET,JOKO,BAMBANG,EKO,DWI,TRI,HERI,SUTRISNO,MULYADI,SUPRIYANTO,SUPARDI,WAHYU,SUGENG,PURWANTO,SUWARNO,"
    "MUHAMMAD,AHMAD,IMAM,ABDUL,MOCHAMAD,NUR,KHOIRUL,SYAIFUL,ZAINAL,ARIF,DIDIK,YUDI,ANDIK,SUROSO,SUYANTO,RIYANTO,WIDODO,"
    "MISDI,PONIRAN,KATIMAN,PAIMIN,SUNARDI,HARIYANTO,JUMADI,SARJU,TUKIMIN,WAGIMAN,LUKMAN,FAJAR,RUDI,YUSUF,MASHUDI,ROHMAD"
)
JAVA_M_SECOND = _list(
    "SANTOSO,SUSANTO,WIBOWO,PRASETYO,SETIAWAN,KURNIAWAN,HIDAYAT,SAPUTRA,NUGROHO,WIJAYA,UTOMO,HARTONO,PURNOMO,SUSILO,"
    "RAHMAN,ROHIM,MUSTOFA,ARIFIN,ANWAR,FAUZI,MUSLIM,SYARIFUDDIN,MAULANA,RAMADHAN,EFENDI,CAHYONO,SUSENO,RIYADI,SUBAGYO,"
    "YULIANTO,WICAKSONO,RIZKI,AZIZ,MUNIR,GHOFUR,KHOLIQ,ROSYID,BASUKI,SANTOSA,WAHYUDI"
)
SUNDA_F = _list(
    "NENG,EUIS,LILIS,YAYAH,IIS,AI,ENENG,TITIN,IMAS,CUCU,ELIS,DEDEH,WIWIN,ROHAENI,NANI,YANI,ROSITA,SITI,NURHAYATI,KOKOM,"
    "TATI,ENTIN,CARSINI,WARSINI,DARINI,CASMINAH,TARSIH,KARSINIH,DUSIH,SUNENGSIH,ROKAYAH,JUBAEDAH,ITA,RINA,DESI,YUYUN"
)
SUNDA_F_SECOND = _list(
    "ROHAYATI,SURYATI,KURNIASIH,NURAENI,SUMIATI,KOMALASARI,HERAWATI,MARYANI,AISAH,ROSIDAH,SOPIAH,KHODIJAH,PATIMAH,ROHMAWATI,"
    "SUKAESIH,SETIAWATI,YULIANI,HAYATI,JUARIAH,MARLINA,AGUSTINA,NURLAELA,KARWATI,WARTINI"
)
SUNDA_M = _list(
    "ASEP,DEDI,UJANG,CECEP,DADANG,AGUS,IWAN,YANA,ENDANG,DEDE,JAJANG,TATANG,AEP,ADE,RUDI,CARMAN,WARTA,TARSONO,KASMAN,DARMA,"
    "SAEPUL,JAENAL,ABDUL,MUHAMAD,AHMAD,HENDRA,DENI,RONI,WAWAN,DARTO"
)
SUNDA_M_SECOND = _list(
    "SURYANA,HIDAYAT,SUPRIATNA,GUNAWAN,KURNIA,RUSTANDI,MULYANA,SAEPUDIN,ROHMAN,HERMAWAN,SETIAWAN,PERMANA,KOSASIH,SOLIHIN,"
    "MUTAKIN,RAMDANI,SOBARI,NURDIN,SUTISNA,IRAWAN,JAELANI,MAULANA"
)
LOMBOK_F = _list(
    "SITI,BAIQ,INAQ,NURUL,SRI,HURIAH,SAKNAH,RUMINAH,MARIAM,HALIMAH,SAHNIM,NURHAYATI,ZAENAB,ROHANI,MAHNIM,MUSTIANAH,RAEHAN,"
    "FITRIANI,HAERIAH,SUMARNI,SAERAH,MASNAH,NURAINI,YULIANA,PATIMAH"
)
LOMBOK_F_SECOND = _list(
    "AISYAH,HASANAH,NURJANNAH,ROHIMAH,HIDAYATI,WAHIDAH,SAFITRI,ZOHRIAH,SUHARTI,MARLINA,SALMAH,KHAERANI,FAUZIAH,MULIANI,"
    "SUSILAWATI,ASTUTI,APRIANI"
)
LOMBOK_M = _list(
    "LALU,MUHAMMAD,AHMAD,ABDUL,SAHDAN,MUHSAN,SAPARUDIN,ZULKIFLI,HAERUDIN,JUMADIL,RIDWAN,SUPARMAN,MAHSUN,SYARIFUDIN,HAMDI,"
    "AMAQ,MARZUKI,KAMARUDIN,SAHNUN,MUHIR,NASRUDIN"
)
LOMBOK_M_SECOND = _list(
    "HADI,RAHMAN,AZIS,GANI,HIDAYAT,IRWAN,KHAIRI,ROZAK,HALIM,JAYADI,FATHONI,SUHAIMI,ALI,WIRE,ZOHDI,HAMZAH"
)
EAST_F = _list(
    "MARIA,YOHANA,YULIANA,KRISTINA,ELISABETH,MARTHA,DORKAS,ADRIANA,AGUSTINA,YOSEFINA,THERESIA,NATALIA,ORPA,MARGARETHA,RAMBU"
)
EAST_M = _list(
    "YOHANES,PETRUS,MARKUS,YOSEF,AGUSTINUS,STEFANUS,MELKIANUS,ANTONIUS,DOMINGGUS,FRANSISKUS,KRISTIAN,YAKOBUS,SIMON,UMBU"
)
EAST_SECOND = _list(
    "NENO,TAEK,BANI,SERAN,BRIA,NAHAK,KLAU,LIU,TEFA,NABEN,LEKI,TALLO,BENU,SONBAY,MANEK,BEREK,LOIN,MISA,KOLO,DJAWA,BILI"
)
BALI_F = _list("NI LUH PUTU,NI MADE,NI KOMANG,NI KETUT,NI WAYAN,NI KADEK,NI NYOMAN,DESAK MADE,GUSTI AYU")
BALI_M = _list("I WAYAN,I MADE,I NYOMAN,I KETUT,I PUTU,I KADEK,I KOMANG,I GEDE,I GUSTI NGURAH")
BALI_SECOND = _list(
    "SUARTANA,SUARTINI,SUDIARTA,WIDIANI,ARTINI,SUKERTI,DARMAWAN,WIRAWAN,ARIANI,SURYANTARA,ASTAWA,MULIARTA,SUCIATI,ASTINI"
)

JAVA_STEMS = _list(
    "SU,MAR,SAR,KAR,WAR,TAR,PAR,RUS,JUM,NGAT,TUK,PON,KAS,MIS,SUM,LAS,WAG,DAR,YAT,KUS,SUP,TUM,SAM,RUM,TIN"
)
JAVA_F_ENDS = _list("INAH,INI,INEM,IYEM,IYAH,IATI,SIH,MI,YATI,TINI,IRAH,TIK,ARTI,IYATUN,MIATI,INGSIH")
JAVA_M_ENDS = _list("IMIN,IMAN,IRAN,ONO,YONO,TONO,IYO,JO,DI,YADI,MAN,YANTO,SIM,IDI,WANTO,MIJAN")

# Where workers come from: island, district codes of the civil registry, how many.
HOMES = (
    ("java", ("350710", "350714", "350204", "350209", "350512", "351004", "350411", "357103"), 34),
    ("java", ("330114", "330106", "332406", "330420", "331509", "332909"), 24),
    ("sunda", ("321215", "321209", "321307", "320305", "321111", "327801"), 18),
    ("lombok", ("520313", "520307", "520208", "520101"), 13),
    ("java", ("180711", "180204", "180108"), 5),
    ("east", ("530401", "530306", "531805", "530102"), 4),
    ("bali", ("510801", "510705", "510405"), 2),
)
MOTHER_SECOND = ("BINTI AHMAD", "AMINAH", "FATIMAH", "RAHAYU", "WATI", "NINGSIH", "LESTARI", "AISYAH")
TODAY = date(2026, 11, 1)


@dataclass(frozen=True)
class Record:
    """One registration. `who` is the person behind it, which no register knows."""

    who: int
    name: str
    sex: str
    birth_date: date | None
    mother: str = ""
    nik: str = ""
    passport: str = ""
    old_passports: tuple[str, ...] = ()
    kpj: str = ""
    phone: str = ""
    island: str = "java"
    home: str = ""


@dataclass
class Register:
    """Everybody's first registration, the second one of some (`again`), and pairs of different people who are hard to
    tell apart, by the kind of difficulty."""

    records: list[Record] = field(default_factory=list)
    again: list[Record] = field(default_factory=list)
    hard: dict[str, list[tuple[Record, Record]]] = field(default_factory=dict)


def register(seed: int, count: int = 20_000, twice: int = 2_000) -> Register:
    """About `count` people, of whom `twice` are registered twice."""
    maker = _Maker(seed)
    made = Register(
        hard={"twins": [], "brothers and sisters": [], "one village, one name": [], "one agency's phone": []}
    )
    while len(made.records) < count:
        chance = maker.chance.random()
        one = maker.somebody()
        made.records.append(one)
        if chance < 0.015:
            _pair(made, "twins", one, maker.twin(one))
        elif chance < 0.08:
            _pair(made, "brothers and sisters", one, maker.sibling(one))
        elif chance < 0.115:
            _pair(made, "one village, one name", one, maker.namesake(one))
        elif chance < 0.14:
            for _ in range(maker.chance.randint(1, 4)):
                colleague = replace(maker.somebody(), phone=one.phone)
                _pair(made, "one agency's phone", one, colleague)
    made.again = [maker.second(record) for record in maker.chance.sample(made.records, twice)]
    return made


def _pair(made: Register, kind: str, one: Record, other: Record) -> None:
    made.records.append(other)
    made.hard[kind].append((one, other))


class _Maker:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = 0
        self.niks: set[str] = set()
        self.passports = 1_000_000

    # People

    def somebody(self, sex: str = "", home: tuple[str, str] | None = None) -> Record:
        chance = self.chance
        self.made += 1
        sex = sex or ("F" if chance.random() < 0.68 else "M")
        if home is None:
            island, districts, _ = chance.choices(HOMES, [share for *_, share in HOMES])[0]
            home = island, _common(chance, districts)
        age = 0.0
        while not 18 <= age < 58:
            age = chance.gauss(33, 9)
        born = TODAY - timedelta(days=int(365.25 * age))
        if chance.random() < 0.06:
            born = date(born.year, *chance.choice(((1, 1), (7, 1), (12, 31))))
        nik = self.nik(home[1], born, sex)
        return Record(
            self.made,
            self.name(home[0], sex),
            sex,
            born,
            self.mother(home[0]),
            nik if chance.random() < 0.94 else "",
            self.passport() if chance.random() < 0.97 else "",
            (),
            f"{chance.randrange(10**10, 10**11)}" if chance.random() < 0.5 else "",
            self.phone() if chance.random() < 0.92 else "",
            *home,
        )

    def twin(self, one: Record) -> Record:
        """Born on the same day of the same mother; the names are often alike, the NIK is the next."""
        chance = self.chance
        other = self.somebody(one.sex if chance.random() < 0.7 else "", (one.island, one.home))
        name = other.name
        if chance.random() < 0.6:
            *rest, last = one.name.rsplit(" ", 1)
            first, *others = one.name.split()
            alike = (
                [_sounding_like(chance, first), *others] if len(first) > 2 else [*rest, _sounding_like(chance, last)]
            )
            name = " ".join(alike)
        nik = self.nik(one.home, one.birth_date, other.sex) if other.nik and one.birth_date else ""
        return replace(
            other,
            name=self._unlike(one, name),
            birth_date=one.birth_date,
            mother=one.mother,
            nik=nik,
            passport=_next_number(one.passport) if chance.random() < 0.5 else other.passport,
            phone=one.phone if chance.random() < 0.6 else other.phone,
        )

    def sibling(self, one: Record) -> Record:
        chance = self.chance
        other = self.somebody("", (one.island, one.home))
        name = other.name
        if chance.random() < 0.3 and len(one.name.split()) > 1:
            name = f"{other.name.split()[0]} {one.name.split()[-1]}"
        return replace(
            other,
            name=self._unlike(one, name),
            mother=one.mother,
            phone=one.phone if chance.random() < 0.5 else other.phone,
        )

    def _unlike(self, one: Record, name: str) -> str:
        """No parents give one name to two of their children."""
        while name_key(name) == name_key(one.name):
            name = self.name(one.island, one.sex)
        return name

    def namesake(self, one: Record) -> Record:
        """The same name in the same village; now and then born on the same day, or of a mother with the same name."""
        chance = self.chance
        other = self.somebody(one.sex, (one.island, one.home))
        born = other.birth_date
        luck = chance.random()
        if one.birth_date and luck < 0.03:
            born = one.birth_date
        elif one.birth_date and luck < 0.15:
            born = date(one.birth_date.year, *chance.choice(((1, 1), (7, 1), (12, 31))))
        nik = self.nik(one.home, born, one.sex) if born and other.nik else ""
        return replace(
            other,
            name=one.name,
            birth_date=born,
            nik=nik,
            mother=one.mother if chance.random() < 0.04 else other.mother,
        )

    def name(self, island: str, sex: str) -> str:
        chance = self.chance
        if island == "bali":
            return f"{_common(chance, BALI_F if sex == 'F' else BALI_M)} {_common(chance, BALI_SECOND)}"
        if island == "east":
            words = [_common(chance, EAST_F if sex == "F" else EAST_M), _common(chance, EAST_SECOND)]
            return " ".join(words)
        firsts, seconds = {
            ("java", "F"): (JAVA_F, JAVA_F_SECOND),
            ("java", "M"): (JAVA_M, JAVA_M_SECOND),
            ("sunda", "F"): (SUNDA_F, SUNDA_F_SECOND),
            ("sunda", "M"): (SUNDA_M, SUNDA_M_SECOND),
            ("lombok", "F"): (LOMBOK_F, LOMBOK_F_SECOND),
            ("lombok", "M"): (LOMBOK_M, LOMBOK_M_SECOND),
        }[island, sex]
        kind = chance.random()
        if kind < 0.22:
            if island == "java" or chance.random() < 0.5:
                return chance.choice(JAVA_STEMS) + chance.choice(JAVA_F_ENDS if sex == "F" else JAVA_M_ENDS)
            return _common(chance, [word for word in firsts if len(word) > 3])
        words = [_common(chance, firsts), _common(chance, seconds)]
        if kind > 0.80:
            more = JAVA_F_SECOND if sex == "F" else JAVA_M_SECOND
            words.insert(
                1,
                chance.choice(JAVA_STEMS) + chance.choice(JAVA_F_ENDS if sex == "F" else JAVA_M_ENDS)
                if chance.random() < 0.4
                else _common(chance, more),
            )
        return " ".join(dict.fromkeys(words))

    def mother(self, island: str) -> str:
        """Mothers are a generation older: one word, or SITI and one."""
        chance = self.chance
        kind = chance.random()
        if kind < 0.5:
            return chance.choice(JAVA_STEMS) + chance.choice(JAVA_F_ENDS)
        if kind < 0.75:
            return self.name(island, "F").split()[-1]
        return f"{_common(chance, ('SITI', 'SRI', 'NUR', 'UMI', 'HJ. SITI'))} {chance.choice(MOTHER_SECOND)}"

    def nik(self, home: str, born: date, sex: str) -> str:
        """Serials are given in the order of registration; no two people have one NIK."""
        serial = 1 + int(self.chance.expovariate(0.6))
        while (nik := f"{home}{born.day + (40 if sex == 'F' else 0):02}{born:%m%y}{serial:04}") in self.niks:
            serial += 1
        self.niks.add(nik)
        return nik

    def passport(self) -> str:
        chance = self.chance
        self.passports += chance.randrange(1, 300)
        return f"{chance.choice(('A', 'B', 'C', 'C', 'E', 'X', 'AU', 'XE'))}{self.passports % 10**7:07}"

    def phone(self) -> str:
        return (
            f"+8869{self.chance.randrange(10**7, 10**8)}"
            if self.chance.random() < 0.7
            else (f"+628{self.chance.randrange(10**9, 10**10)}")
        )

    # The second registration

    def second(self, first: Record) -> Record:
        """The same person a year or five later, at another counter, from other papers."""
        chance = self.chance
        passport, old = self.other_passport(first.passport)
        return replace(
            first,
            name=self.other_writing(first.name),
            sex=first.sex if chance.random() > 0.005 else ("M" if first.sex == "F" else "F"),
            birth_date=self.other_birth(first.birth_date),
            mother=self.other_mother(first.mother, first.island),
            nik=self.other_nik(first),
            kpj=first.kpj if chance.random() < 0.4 else "",
            phone=self._either((0.35, first.phone), (0.10, ""), (0.55, self.phone())),
            passport=passport,
            old_passports=old,
        )

    def _either(self, *shares: tuple[float, str]) -> str:
        return self.chance.choices([value for _share, value in shares], [share for share, _value in shares])[0]

    def other_passport(self, number: str) -> tuple[str, tuple[str, ...]]:
        """The number now, and the former ones that are known."""
        luck = self.chance.random()
        if luck < 0.25:
            return number, ()
        if luck < 0.45:
            return self.passport(), (number,) if number else ()
        return self.passport() if luck < 0.9 else "", ()

    def other_nik(self, first: Record) -> str:
        luck = self.chance.random()
        if not first.nik:
            born = first.birth_date or TODAY
            return self.nik(first.home, born, first.sex) if luck < 0.7 else ""
        if luck < 0.52:
            return first.nik
        if luck < 0.80:
            return ""
        if luck < 0.89:
            return _wrong_digit(self.chance, first.nik)
        if luck < 0.93:
            return _swapped_neighbours(self.chance, first.nik)
        # A NIK of before the single electronic one, from the district where the parents lived.
        other = self.chance.choice([home for _island, homes, _share in HOMES for home in homes])
        return f"{other}{first.nik[6:12]}{self.chance.randrange(1, 400):04}"

    def other_birth(self, born: date | None) -> date | None:
        luck = self.chance.random()
        if born is None or luck < 0.87:
            return born
        if luck < 0.91:
            return born.replace(month=born.day, day=born.month) if born.day <= 12 else born
        if luck < 0.95:
            return _slipped_date(self.chance, born)
        if luck < 0.97:
            return born.replace(year=born.year - self.chance.randint(1, 6), day=min(born.day, 28))
        if luck < 0.98:
            return born + timedelta(days=self.chance.randrange(40, 3000))
        return None

    def other_mother(self, mother: str, island: str) -> str:
        luck = self.chance.random()
        if luck < 0.52:
            return mother
        if luck < 0.78:
            return self.respelled(mother)
        if luck < 0.86:
            return (
                mother.split()[-1] if " " in mother else f"{self._either((1, 'SITI'), (1, 'HJ.'), (1, 'IBU'))} {mother}"
            )
        return self.mother(island) if luck < 0.95 else ""

    def other_writing(self, name: str) -> str:
        """The name as the second clerk wrote it: often the same, and sometimes wrong in more than one way."""
        chance = self.chance
        if chance.random() < 0.02:
            return self.name("java", "F")
        if chance.random() < 0.33:
            name = self.respelled(name)
        words = name.split()
        if len(words) > 1:
            luck = chance.random()
            if luck < 0.05:
                words = words[1:] + words[:1]
            elif luck < 0.13:
                words.pop(chance.randrange(len(words)))
            elif luck < 0.17:
                at = chance.randrange(len(words))
                words[at] = f"{words[at][0]}."
            elif luck < 0.21 and len(words[0]) <= 5:
                words[0:2] = [words[0] + words[1]]
        if chance.random() < 0.04:
            words.append(self._either((1, "BINTI " + self.name("java", "M")), (2, self.name("java", "M").split()[-1])))
        if chance.random() < 0.02:
            words.insert(0, self._either((1, "HJ."), (1, "H.")))
        if chance.random() < 0.06:
            at = max(range(len(words)), key=lambda at: len(words[at]))
            words[at] = _slip_of_the_pen(chance, words[at])
        return " ".join(words)

    def respelled(self, name: str) -> str:
        chance = self.chance
        for whole, others in _WHOLE_NAMES.items():
            if whole in name.split() and chance.random() < 0.8:
                return " ".join(chance.choice(others) if word == whole else word for word in name.split())
        able = [(old, new) for old, new in _RESPELLINGS if old in f"{name} "]
        for old, new in chance.sample(able, min(len(able), chance.choice((1, 1, 1, 2)))):
            name = f"{name} ".replace(old, new, 1).strip()
        return name


_WHOLE_NAMES = {
    "MUHAMMAD": ("MOHAMMAD", "MUHAMAD", "MOHAMAD", "MOH.", "MUH.", "M.", "MOCHAMMAD", "MHD"),
    "MUHAMAD": ("MUHAMMAD", "MOHAMAD", "MOH.", "M."),
    "MOCHAMAD": ("MOCHAMMAD", "MUHAMMAD", "MOCH.", "MOH.", "M."),
    "AHMAD": ("ACHMAD", "AKHMAD", "ACH.", "AKHMAT"),
    "SITI": ("SITTI", "ST.", "SITY"),
    "NUR": ("NOER", "NOR", "NOOR"),
    "SRI": ("SRIE",),
    "ABDUL": ("ABD.", "ABDOEL"),
    "KHOIRUL": ("CHOIRUL", "KHAIRUL", "CHAIRUL"),
    "SYAIFUL": ("SAIFUL", "SAEFUL", "SYAEFUL", "SJAIFUL"),
    "YUSUF": ("JUSUF", "YUSUP", "YUSUB"),
    "YOHANES": ("JOHANES", "YOHANNES"),
    "KRISTINA": ("CHRISTINA",),
}
# What else clerks and old papers do, as WRITTEN>OTHERWISE; _ is a word's end. The rules know some of it.
_RESPELLINGS = [
    (written, otherwise)
    for change in _list(
        "SY>S,U>OE,J>DJ,CH>KH,KH>CH,KH>H,Y_>I_,I_>Y_,F>P,Z>S,Z>J,AH_>A_,AI>AE,AE>AI,ROH>RAH,DI>DY,T>TH,YA>IA,"
        "IA>IYA,MM>M,S_>Z_,SH>S,UWA>UA,Q>K,LL>L,N_>NN_,L>LL,"
        # and nothing of this
        "A_>O_,NG>N,E>I,O>U,NT>N,H>,AT>ATT,IN>EN,TI_>TIN_,AR>ER,D>T,IK>I,UM>OM"
    )
    for written, _, otherwise in (change.replace("_", " ").partition(">"),)
]


def _common(chance: random.Random, words: Sequence[str]) -> str:
    """The first of a list most often (Zipf)."""
    return chance.choices(words, [1 / (at + 2) ** 0.9 for at in range(len(words))])[0]


def _sounding_like(chance: random.Random, word: str) -> str:
    """What twins are called: RINA and RINI, SUMIATI and SUMIATUN, HASAN and HUSAN."""
    if chance.random() < 0.5 and word[-1] in "AIO":
        return word[:-1] + chance.choice([vowel for vowel in "AIO" if vowel != word[-1]])
    vowels = [at for at, letter in enumerate(word) if letter in "AIUEO"]
    at = chance.choice(vowels) if vowels else 0
    return word[:at] + chance.choice("AIU") + word[at + 1 :]


def _next_number(number: str) -> str:
    return f"{number[:-7]}{(int(number[-7:]) + 1) % 10**7:07}" if number else ""


def _wrong_digit(chance: random.Random, number: str) -> str:
    at = chance.randrange(len(number))
    return number[:at] + chance.choice([digit for digit in string.digits if digit != number[at]]) + number[at + 1 :]


def _swapped_neighbours(chance: random.Random, number: str) -> str:
    at = chance.randrange(len(number) - 1)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _slipped_date(chance: random.Random, born: date) -> date:
    while True:
        digits = _wrong_digit(chance, f"{born:%d%m%Y}")
        try:
            slipped = date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        except ValueError:
            continue
        if 1950 < slipped.year < 2010:
            return slipped


def _slip_of_the_pen(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at : at + 1] * 2 + word[at + 1 :],
            word[:at] + chance.choice(string.ascii_uppercase) + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        )
    )
