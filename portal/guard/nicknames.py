"""Short names by which people are called: Bill for William, Lupe for Guadalupe."""

from typing import Final

_GROUPS: Final = """
    abigail abby gail
    albert al bert
    alexander alex sandy sasha
    alexandra alex lexi sandra sasha
    alfred al fred alf
    andrew andy drew
    anthony tony
    antonio tony tono
    barbara barb babs
    benjamin ben benny
    catherine cathy kate katie kitty cat
    charles charlie chuck chas
    christina tina chris christy
    christopher chris kit topher
    concepcion concha conchita
    daniel dan danny
    david dave davy
    dolores lola
    donald don donny
    dorothy dot dottie dolly
    edward ed eddie ned ted teddy
    eleanor ellie nell nora
    elizabeth liz lizzie beth betty betsy eliza libby bess lisa
    enrique quique
    eugene gene
    ezekiel zeke
    florence flo florrie
    francesca fran
    francisco paco pancho frank
    frances fran frannie
    francis frank
    frederick fred freddie
    gabriel gabe
    gabriella gabby
    gerald gerry jerry
    gregory greg
    guadalupe lupe lupita
    harold harry hal
    henry harry hank
    ignacio nacho
    isabella bella izzy
    isabel bel izzy
    jacob jake
    jacqueline jackie
    james jim jimmy jamie jas
    jennifer jen jenny
    jesus chuy
    john jack johnny
    jonathan jon jonny
    jose pepe chepe
    joseph joe joey
    joshua josh
    katherine kathy kate katie kat kit
    kathleen kathy kate katie
    kenneth ken kenny
    lawrence larry
    leonard len lenny
    luis lucho
    manuel manny manolo
    margaret maggie meg peggy marge madge greta daisy
    matthew matt
    michael mike mikey mick
    mercedes meche
    nathaniel nate nat
    nicholas nick nicky
    oliver ollie
    olivia liv livvy
    pamela pam
    patricia pat patty trish tricia
    patrick pat paddy
    penelope penny
    peter pete
    philip phil pip
    rebecca becca becky
    reginald reg reggie
    richard rich rick ricky dick
    robert bob bobby rob robbie bert
    roberto beto
    rosario charo
    samantha sam sammy
    samuel sam sammy
    stephen steve stevie
    steven steve stevie
    susan sue susie
    suzanne sue susie
    theodore ted teddy theo
    thomas tom tommy
    timothy tim timmy
    victoria vicky tori
    vincent vince vinny
    william bill billy will willie wm
    zachary zach zack
"""
"""A line holds a name and what it is cut short to, in English and Spanish."""


def _by_name() -> dict[str, tuple[str, ...]]:
    short: dict[str, tuple[str, ...]] = {}
    for name, *shorts in map(str.split, _GROUPS.strip().splitlines()):
        short[name] = (*short.get(name, ()), *shorts)
        for one in shorts:
            short[one] = (*short.get(one, ()), name)
    return short


_SHORT: Final = _by_name()


def nicknames_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what somebody with these given names, folded, may be called, or is called short for."""
    return _SHORT.get(words[0], ()) if words else ()
