"""Short names by which people are called: Bill for William, Lupe for Guadalupe."""

from collections import defaultdict
from typing import Final

_GROUPS: Final = """
    abigail abby gail
    aleksandr sasha
    aleksandra sasha
    anastasia nastya nastia
    anastasiya nastya nastia
    albert al bert
    alexander alex sandy sasha
    alexandra alex lexi sandra sasha
    alfred al fred alf
    andrew andy drew
    anna anya
    anthony tony
    antonio tony tono
    barbara barb babs
    benjamin ben benny benj
    catherine cathy kate katie kitty cat cath kathryn
    charles charlie chuck chas
    christina tina chris christy
    christopher chris kit topher
    concepcion concha conchita
    daniel dan danny danl
    daria dasha
    david dave davy
    dmitri dima mitya
    dmitriy dima mitya
    dmitry dima mitya
    dolores lola
    donald don donny
    dorothy dot dottie dolly
    edward ed eddie ned ted teddy edw
    ekaterina katya
    eleanor ellie nell nora
    elena lena
    elizabeth liz lizzie beth betty betsy eliza libby bess lisa eliz elisabeth
    enrique quique
    eugene gene
    ezekiel zeke
    florence flo florrie
    francesca fran
    francisco paco pancho frank fco
    frances fran frannie
    francis frank
    frederick fred freddie
    gabriel gabe
    gabriella gabby
    george geo georgie
    gerald gerry jerry
    gregory greg
    guadalupe lupe lupita
    harold harry hal
    henry harry hank
    hannah hanna
    ignacio nacho
    isabella bella izzy
    isabel bel izzy isabelle isobel
    ivan vanya
    jacob jake
    jacqueline jackie
    james jim jimmy jamie jas
    jennifer jen jenny
    jesus chuy
    john jack johnny
    jonathan jon jonny
    jose pepe chepe
    joseph joe joey jos josef
    joshua josh
    katherine kathy kate katie kat kit kath cathy catherine kathryn katharine
    kathleen kathy kate katie
    kathryn kathy kate katie kat kath cathy
    kenneth ken kenny
    lawrence larry
    leonard len lenny
    luis lucho
    manuel manny manolo
    margaret maggie meg peggy marge madge greta daisy marg
    maria ma masha
    matthew matt mathew
    michael mike mikey mick
    mercedes meche
    mikhail misha
    nathaniel nate nat
    natalia natasha
    nicholas nick nicky nicolas
    nikolai kolya
    olga olya
    oliver ollie
    olivia liv livvy
    pamela pam
    patricia pat patty trish tricia
    patrick pat paddy
    penelope penny
    peter pete
    philip phil pip phillip
    rachel rachael
    rebecca becca becky rebekah
    reginald reg reggie
    richard rich rick ricky dick
    robert bob bobby rob robbie bert robt
    roberto beto
    rosario charo
    samantha sam sammy
    samuel sam sammy saml
    sarah sara sally
    sergei seryozha
    sofia sophia sonya
    stephen steve stevie
    steven steve stevie
    susan sue susie
    suzanne sue susie
    tatiana tanya
    teresa theresa terry tess
    theodore ted teddy theo
    theresa teresa terry tess
    thomas tom tommy thos tomas
    timothy tim timmy
    victoria vicky tori
    vladimir vova volodya
    vincent vince vinny
    william bill billy will willie wm
    yuri yura
    zachary zach zack
    agnieszka aga
    alejandra ale
    alejandro ale
    bartholomew bart barty
    beatriz bia bea
    carolina caro carol
    eduardo edu dudu lalo
    fernanda fer nanda
    fernando fer nando
    gabriela gabi
    guilherme gui
    jakub kuba
    jan janek
    joanna asia
    katarzyna kasia
    krzysztof krzys krzysiek
    magdalena magda lena
    malgorzata gosia malgosia
    mohammed mo moe
    rafael rafa
    santiago santi
    sebastian seba seb
    stanislaw stas staszek
    tomasz tomek
    valentina vale
    wojciech wojtek
    zuzanna zuzia zuza
"""
"""A line holds a name and what it is cut short to, or often spelled: English, Spanish, Portuguese, Polish, Russian."""


def _by_name() -> dict[str, tuple[str, ...]]:
    short: dict[str, dict[str, None]] = defaultdict(dict)
    for names in map(str.split, _GROUPS.strip().splitlines()):
        for one in names:
            short[one].update((other, None) for other in names if other != one)
    return {one: tuple(others) for one, others in short.items()}


_SHORT: Final = _by_name()


def nicknames_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what somebody with these given names, folded, may be called, or is called short for."""
    return _SHORT.get(words[0], ()) if words else ()
