"""Names are found by their sound in either script, and text is cleaned without breaking Bangla."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.names import clean, sound_key

SPELLINGS = """
    আবদুল Abdul; করিম Karim/korim; আব্দুর Abdur; রহিম Rahim/rohim/rahim; রফিকুল Rafiqul; শফিকুল Shafiqul; জাহাঙ্গীর Jahangir/Zahangir; আলমগীর Alamgir;
    মিজানুর Mizanur; হাবিবুর Habibur; মাহবুবুর Mahbubur; সাইফুল Saiful; আমিনুল Aminul; নজরুল Nazrul; কামরুল Kamrul; মনিরুল Monirul; তৌহিদুল Touhidul;
    আরিফুল Ariful; শরিফুল Shariful; জহিরুল Zahirul; আশরাফুল Ashraful; রাশেদুল Rashedul; ইমরান Imran; তানভীর Tanvir; সাকিব Sakib; নাঈম Nayeem/Naim;
    রাসেল Rasel; সোহেল Sohel; জুয়েল Jewel/Juel; রুবেল Rubel; ফয়সাল Faisal/Foysal; মাসুদ Masud; শাহীন Shahin; বেলাল Belal; দেলোয়ার Delwar/Delowar;
    আনোয়ার Anwar/Anowar; মোশাররফ Mosharraf; শাহাদাত Shahadat; মেহেদী Mehedi; আবু Abu; সাঈদ Sayed/Saeed; ওমর Omar; ফারুক Faruk/Faruque/Farooq;
    গোলাম Golam; মোস্তফা Mostafa/Mustafa; ফাতেমা Fatema/Fatima; আয়েশা Ayesha/Aisha; খাদিজা Khadija/Khadiza; রহিমা Rahima; সালমা Salma; নাসরিন Nasrin;
    শারমিন Sharmin; তাসলিমা Taslima; রোকেয়া Rokeya/Rokya; জাহানারা Jahanara/Zahanara; মরিয়ম Mariam/Moriam; সুমাইয়া Sumaiya; নুসরাত Nusrat;
    তানজিলা Tanzila; সাবিনা Sabina; রাবেয়া Rabeya; শিরিন Shirin; হালিমা Halima; মাহমুদা Mahmuda; ফারজানা Farzana; ইসরাত Israt; লাকী Lucky/Laky;
    পারভীন Parvin/Parveen; রুমানা Rumana; শাহনাজ Shahnaz; মুক্তা Mukta; কুলসুম Kulsum; মনোয়ারা Monowara/Monoara; ইসলাম Islam;
    হোসেন Hossain/Hossen/Hosen/Hossein; রহমান Rahman/Rohman; আহমেদ Ahmed/Ahamed; উদ্দিন Uddin; আলী Ali/Aly; হক Haque/Hoque/Haq/Huq; মিয়া Mia/Miah/Meah;
    খান Khan; সরকার Sarker/Sarkar; মোল্লা Molla; শেখ Sheikh/Shaikh; তালুকদার Talukder/Talukdar; চৌধুরী Chowdhury/Choudhury/Chaudhuri;
    ভূঁইয়া Bhuiyan/Bhuiya/Bhuyan; হাওলাদার Howlader/Hawlader; প্রামাণিক Pramanik; মন্ডল Mondal/Mandal; মৃধা Mridha; কবির Kabir; বেগম Begum/Begom;
    খাতুন Khatun/Khatoon; আক্তার Akter/Aktar; সুলতানা Sultana; ইয়াসমিন Yasmin/Yeasmin; জাহান Jahan; আরা Ara; খানম Khanam; বিবি Bibi;
    সুব্রত Subrata/Subroto; দীপক Dipak/Deepak; প্রদীপ Pradip/Pradeep; বিপ্লব Biplob; তপন Tapan; উত্তম Uttam; সঞ্জয় Sanjoy; অসীম Ashim/Asim;
    গৌতম Goutam/Gautam; রতন Ratan; শিল্পী Shilpi; মিতা Mita; সুমিত্রা Sumitra; রীনা Rina; লক্ষ্মী Lakshmi/Laxmi/Lokkhi; পূর্ণিমা Purnima; শিখা Shikha;
    বীণা Bina; অর্চনা Archana; দাস Das; রায় Roy/Ray; সাহা Saha; চক্রবর্তী Chakraborty/Chakrabarti; ঘোষ Ghosh; পাল Paul/Pal; দেবনাথ Debnath;
    বিশ্বাস Biswas; মজুমদার Majumder; শীল Shil/Seal; বর্মন Barman; উজ্জ্বল Ujjal; চাকমা Chakma; রিপন Ripon; সুমনা Sumana; মংসাচিং Mongsaching;
    মারমা Marma; উমেচিং Umeching; ত্রিপুরা Tripura; জনি Jony; ম্রো Mro; মোঃ Md/Md./Mohammad; মোহাম্মদ Mohammad/Mohammed/Muhammad; মুহাম্মদ Muhammad;
    মোছাঃ Mst/Mosammat; মোসাম্মৎ Mosammat; জহির Zahir/Jahir; হোসাইন Hussain; আহম্মেদ Ahmmed; উদ্দীন Udin; মিঞা Mia; সৈয়দ Syed/Sayed; ভূইয়া Bhuiya;
    মণ্ডল Mondal; আখতার Akhter; ইয়াসমীন Jasmin; পারভিন Pervin; ফাতিমা Fatima; আয়শা Ayesha; নূর Noor; নুর Nur; ইউসুফ Yusuf/Yousuf; ইব্রাহিম Ibrahim;
    ইসমাইল Ismail; আব্দুল Abdul; আব্দুল্লাহ Abdullah; আবদুর Abdur; শফিক Shafiq/Shofik; রফিক Rafiq; তৌহিদ Tawhid; মোশারফ Mosharof; জ্ঞানেন্দ্র Gyanendra;
    স্বপন Swapan/Shopon; শ্যামল Shyamal; বিদ্যুৎ Bidyut; ঋতু Ritu; ঋষি Rishi; ছালমা Salma; ছালেহা Saleha; জিয়াউর Ziaur; যশোদা Jashoda; আজিজ Aziz;
    আজিজুল Azizul; ভবেশ Bhabesh; বিকাশ Vikash; বকর Bakr; ওয়াহিদ Wahid; ওয়াজেদ Wazed; শওকত Shawkat/Showkat; সাখাওয়াত Sakhawat; ঠাকুর Thakur;
    থাকুর Thakur; ধর Dhar; ঢালী Dhali; ঝর্ণা Jharna; ঝর্না Jhorna; গফুর Gafur/Ghafur; খালেক Khaleque/Khalek; মালেক Malek/Maleque; কাদের Quader/Kader;
    কাদির Qadir; কুদ্দুস Quddus; তাহমিনা Tahmina; মাহফুজ Mahfuz; মাহফুজা Mahfuza; রেজা Reza; রাজ্জাক Razzaque/Razzak; হাজী Haji; ডাক্তার Daktar
"""
"""Names of the sample parcels with the spellings that clerks use for them."""

PAIRS = [(bangla, latin) for entry in SPELLINGS.replace("\n", " ").split(";") for bangla, many in [entry.split()] for latin in many.split("/")]


def test_names_and_their_spellings_sound_the_same() -> None:
    """Measured: 275 of 283 pairs. What is missed: a silent h (Miah), a spoken n (Bhuiyan), ছ said as s (Salma), ক্ষ্ম with its m (Lokkhi)."""
    assert len(PAIRS) == 283
    apart = [(bangla, latin) for bangla, latin in PAIRS if sound_key(bangla) != sound_key(latin)]
    share = 1 - len(apart) / len(PAIRS)
    assert share >= 0.971, apart


@pytest.mark.parametrize(
    ("bangla", "latin"),
    [
        ("রহিম", "rohim"),
        ("রহিম", "rahim"),
        ("মোঃ", "Md."),
        ("মোহাম্মদ", "Mohammad"),
        ("মোসাম্মৎ", "Mosammat"),
        ("খাতুন", "Khatun"),
        ("বেগম", "Begum"),
        ("চৌধুরী", "Chowdhury"),
        ("জহির", "Zahir"),
        ("জহির", "Jahir"),
        ("ঋষি", "Rishi"),
        ("লক্ষ্মী", "Lakshmi"),
    ],
)
def test_the_commonest(bangla: str, latin: str) -> None:
    assert sound_key(bangla) == sound_key(latin) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("রহিম", "করিম"), ("সালমা", "সাবিনা"), ("মিতা", "রীনা"), ("Islam", "Hossain"), ("খাতুন", "বেগম"), ("ঘোষ", "দাস"), ("তপন", "রতন"), ("মোঃ", "মোছাঃ")]
)
def test_other_names_sound_different(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


def test_different_names_of_the_sample_seldom_fall_together() -> None:
    keys = {sound_key(bangla) for bangla, _ in PAIRS}
    assert len(keys) >= 0.7 * len({bangla for bangla, _ in PAIRS})


@pytest.mark.parametrize(
    ("one", "other"), [("মণ্ডল", "মন্ডল"), ("ভূঁইয়া", "ভুঁইয়া"), ("পারভীন", "পারভিন"), ("উদ্দীন", "উদ্দিন"), ("যশোর", "জশোর"), ("শাহীন", "সাহিন"), ("তাড়া", "তারা")]
)
def test_bangla_spellings_of_one_name(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


def test_composed_and_decomposed_letters_sound_the_same() -> None:
    for composed, parts in (("রা\u09df", "রা\u09af\u09bc"), ("পা\u09dcা", "পা\u09a1\u09bcা"), ("জ\u09cbন", "জ\u09c7\u09beন")):
        assert sound_key(composed) == sound_key(parts)
    assert sound_key("র\u200d্যাব") == sound_key("র্যাব")


@given(st.text())
def test_any_word_has_a_sound(word: str) -> None:
    key = sound_key(word)
    assert key.isascii()
    assert not key or key.isalpha()


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("  রহিম   উদ্দিন ", "রহিম উদ্দিন"),
        ("রহিম\u00a0উদ্দিন", "রহিম উদ্দিন"),
        ("রহিম\tউদ্দিন\r\n", "রহিম উদ্দিন"),
        ("র\u200bহি\u2060ম\ufeff", "রহিম"),
        ("\u202eRahim\u202c", "Rahim"),
        ("Ra\u00adhim", "Rahim"),
        ("Rahim\x00Uddin", "Rahim Uddin"),
        ("র\u200d্যাব", "র\u200d্যাব"),
        ("উদ্\u200cঘাটন", "উদ্\u200cঘাটন"),
        ("\u200dরহিম\u200c", "রহিম"),
        ("Ra\u200dhim", "Rahim"),
        ("রা\u09df", "রা\u09af\u09bc"),
        ("জ\u09c7\u09beন", "জ\u09cbন"),
        ("জ\u09c7\u200b\u09beন", "জ\u09cbন"),
        ("e\u0301", "é"),
        ("", ""),
        ("\u200b\ufeff \t", ""),
    ],
)
def test_cleaning(given_text: str, cleaned: str) -> None:
    assert clean(given_text) == cleaned


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("কষরযািে়্ঁ\u200b\u200c\u200d\u00a0\u202e \t")))
def test_clean_text_is_normal_and_stays_so(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "  " not in once
    assert once == once.strip()
    assert not any(unicodedata.category(letter) == "Cc" or letter in "\u200b\u200e\u200f\u2060\ufeff\u00ad\u00a0" for letter in once)
