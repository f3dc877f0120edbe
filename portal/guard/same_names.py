"""One name in several spellings, as it is brought into Latin letters from Arabic, Somali or Cyrillic."""

from collections import defaultdict
from functools import cache
from typing import Final

_SAME_NAMES: Final = """
    mohammed mohamed muhammad mohammad muhammed mohamad muhamed mohamud maxamed mahamed mohd
    mahmoud mahmud maxamuud mahmood
    ahmed ahmad axmed ahmet achmed
    hassan hasan xasan hasaan
    hussein husain hussain husayn xuseen hossein huseyin husein
    yousef yusuf youssef yousuf yusef youssouf yoosuf
    omar umar omer cumar
    osman othman uthman usman cismaan ousmane
    ali cali aly
    khalid khaled khaalid
    st saint sankt
    said saeed sayed saeid sacid saed
    aisha ayesha aysha aicha caasha aishah
    fatima fatma fatimah fatuma fatema faduma faadumo
    ibrahim ibraheem ebrahim ibraahiim
    ismail ismael ismaeel ismaciil
    mustafa mostafa moustafa mustafe
    jamal gamal jamaal
    abdullah abdallah abdulla cabdullahi abdullahi
    abdul abdel abdal abd cabdul
    abdi cabdi
    rahman raxmaan rehman
    zainab zaynab zeinab zeynep zaineb
    nour noor nur nuur
    layla laila leila leyla
    maryam mariam meryem maryan
    khadija khadijah hadija qadiija khadeeja khadeejah khadidja kadija khadiga
    huda hoda
    jamila jameela djamila gamila
    samira sameera samirah
    naima naeema
    amina aamina aminah
    salma salmah
    tariq tarek tarik
    karim kareem
    rashid rasheed
    nasser nasir naser
    hamza hamzah
    yasin yaseen yassin yasiin
    bilal bilaal
    idris idrees idriis
    jama jaamac
    abdirahman abdurrahman abdulrahman abdelrahman abdirahmaan cabdiraxmaan abdurahman abdalrahman abderrahman
    abdirashid abdirashiid cabdirashiid abdulrashid
    abdullahi cabdullaahi cabdulaahi
    abdiaziz abdiasis cabdicasiis abdulaziz abdelaziz
    hodan xodan
    halima xaliimo halimo
    hamdi xamdi
    haji xaaji
    osob cosob
    asha caasha
    ayan ayaan
    warsame warsamee
    guled guuleed
    farhan farxaan faarxaan
    hawa xaawo hawo
    farah faarax
    alexander aleksandr aleksander alexandr oleksandr
    alexandra aleksandra oleksandra
    sergei sergey serhiy serhii
    dmitri dmitry dmitriy dmytro dimitri dmitrii dmitrij
    andrei andrey andrii andriy
    alexei alexey aleksei aleksey oleksiy
    mikhail michail mykhailo mihail
    nikolai nikolay mykola
    natalia nataliya natalya nataliia
    yuri yury yurii iurii
    yulia yuliya julia iuliia yuliia
    mariya mariia marija maria
    sofia sofiya sofiia sofija sofya
    anastasia anastasiya anastasiia
    ekaterina yekaterina katerina kateryna
    evgeny yevgeny evgeni evgenii yevgenii
    evgenia yevgenia
    elena yelena olena
    vladimir volodymyr
    daria darya dariya dariia
    ksenia xenia kseniya
    ivan iwan
    maxim maksim maksym maxym
    artem artyom artiom artyem
    nadezhda nadejda nadezda nadiezhda
    yasmin yasmine yasmeen yasmiin
    zakaria zakariya zakariyya zakarya zakariah zakariye
    nasteho nasteexo nasteeho
    khoury khouri khuri koury
    qasim qassim qasem kasim kassim kasem kassem
    haddad hadad
    najjar najar nadjar
    darwish darwich darweesh
    mansour mansur mansoor
    saleh salih saalah
    shahin shaheen chahine
    aziz azeez
    salim saleem selim
    salman salmaan
    suleiman sulaiman sulayman suleyman soliman suleman saleebaan
    hamid hameed
    majid majeed
    jamil jameel djamil gamil
    rahim raheem
    wahid waheed
    yaqub yaqoub yacoub yakub yaqoob
    dawud dawood daoud dawoud
    faruq farouk farouq farooq
    younes younis yunus yunis younus
    sharif shareef cherif charif
    yahya yehia yahia yehya
    tahir taher
    noura nura noora
    mona muna
    rania raniya
    dina deena
    lina leena
    amir ameer
    samir sameer
    munir muneer mounir
    nabil nabeel
    walid waleed oualid
    hani hany
    rami ramy
    sami samy
    fadi fady
    hadi hady
    shadi chadi
    ashraf achraf
    aya ayah
    hala halah
    rana ranah
    iman eman
    jaber jabir gaber
    mazen mazin
    hatem hatim
    basel bassel
    bashar bachar
    khalil khaleel
"""
"""A line holds one name. What stands in two lines may be either."""


def same_names(word: str) -> tuple[str, ...]:
    """Return the spellings of a folded name, with its own; of one that is not listed, nothing."""
    return _by_word().get(word, ())


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    alike = defaultdict[str, list[str]](list)
    for group in map(str.split, _SAME_NAMES.strip().splitlines()):
        for word in group:
            alike[word] += group
    return {word: tuple(dict.fromkeys(group)) for word, group in alike.items()}
