"""Words that are names as well, and names that very many people bear. Lists of our own, in folded spelling.

A name made of ordinary words alone ("Grace Park", "May Day") says nothing by itself: it also stands in texts
that name nobody. So does a place and what lies there ("Charlotte Lake"), unless both are names that very many bear
("Charlotte Green").
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GIVEN: Final = _listed("""
    amber angel april art august autumn basil bay berry bill blossom blue brandy breeze brook brooke bud candy
    carol cash chance chase cherry chip christian clay cliff clover coral crystal daisy dale dash dawn dean destiny
    don dot drew dusty earl ebony eden ever faith fern flora forest frank free garnet gay gene ginger glen glory
    grace grant guy happy harmony haven hazel heath heather heaven holly honey honor hope hunter indigo iris ivory
    ivy jade jasmine jay jewel journey joy jubilee june junior justice king kit lance lane lark laurel liberty lily
    lotus love lucky major mark market may melody mercy merit merry miles misty myrtle nick noble noel oak ocean
    olive opal page pansy pat patience peace pearl peg penny pepper petal poppy precious price primrose prince
    princess promise prudence queen rain ray red reed rich ridge river rivers rob robin rock rocky rose rosemary
    rowan ruby rusty sage sandy scout serenity shade sky spring star sterling stone storm sue summer sunday sunny
    temple tiger trinity trip true unity urban vale velvet victory viola violet virtue ward will willow win winter
    wren young zen
""")
_PLACES: Final = _listed("""
    abilene albany alexandria anne arlington asia athens atlanta augusta aurora austin barton berlin boston bristol
    brooklyn carolina carson carter charles charlotte chelsea chester cheyenne cleveland clinton columbia concord
    cooper dakota dallas denver devon dublin durham elizabeth florence francis franklin george georgia hamilton
    hampton harper helena henderson henry houston howard hudson india israel jackson james jefferson john jordan
    kent kenya kingston lexington lincoln london madison margaret marshall martin mary mason memphis milan monroe
    montgomery nevada orlando oxford paris parker paul peter phoenix portland raleigh richmond rochester roma saint
    salem san santa santiago santo savanna savannah sierra st sydney taylor thomas trenton tyler valencia
    venice victoria vienna virginia walker warren washington wellington wilson windsor winston
""")
"""Given names that places bear, or are called after."""
_SITES: Final = _listed("""
    abbey academy acres alley arms bank banks bay beach bend branch bridge bridges brook brooks building camp canal
    castle cave center chapel church city coast college corner council county court cove creek crossing dale dam
    dell district drive east english estates falls farm ferry field fields ford forest fort fountain garden gardens
    gate gates glen green grove hall harbor haven heath heights high highway hill hills home homes hospital house
    houses hunt inn island islands isle lake lakes land lane library lodge manor market marsh meadow meadows mill
    mills monument moor mount mountain museum north oaks orchard palace park parks parkway path pier place plain
    plains plaza point pond pool port quarry quay ranch ridge rise river rivers road roads rock rocks row school
    shore south spring springs square state station stone street streets summit temple terrace tower towers town
    trail vale valley view village vine vista wall ward water waters way well wells west wharf wood woods yard
""")
"""Family names that say what kind of place it is."""
_FAMILY: Final = _SITES | _listed("""
    angel apple ball bank bare bark barn base bass battle beam bean bear beard beat bee bell bench best bird black
    blank block bloom blossom blue board boat body bold bolt bond bone book boot bottom bow bowl box boy branch
    brave bread break brick bride bright broad broom brown brush bull burn bush butter cage cake call camp candle
    cane cap cape car card care case cash chalk chamber chambers chance change charge chase check child christmas
    class clay clean clear close cloud coach coat coffee cold comb comfort cook cool copper corn cotton couch count
    counter cream crisp cross crow crown cup curry dance dark dart date day days deal dean dear deer delight dish
    dollar door dove down downs dream dress drew drum duck duke dust eagle early earth easter edge elder end enough
    eve evening ever eye fair fall fast father feast feather fence fight fine finger fire first fish flag fleet
    flint flood floor flower flowers fly fold folk food fool foot fortune fox frame free fresh friday friend
    friends frost fruit fund gain game gentle gift glass goal gold golden good goodman goods grace grain grand
    grant grass grave gray great grey ground guard guest guide gun hale half ham hand hands hard hardy hare harm
    harvest hat hawk hay head health heap heart heat hedge held help herb high hobby holder hole holiday hollow
    holly honey hood hook hope horn horse host human hunger ice iron ivory ivy jewel job jolly joy judge jump just
    justice keen key keys kid kind king kite knight lace lamb lamp lance lark last law lead leaf league leather
    lemon letter level life light lily lime line link lion little live lively load lock log long look lord loss lot
    love loved low luck lunch mail main major mall man manly many maple march mark mars mash mask mast master match
    may mayor meal mean means meat meek meeting merchant merry metal middle mild milk mind mine minor mint mist
    monday money month moody moon moral morning moss mother mouth music myth nail neat need needle nest new news
    nice nickel night noble noon note number nurse nut oak oats office old olive onion orange order organ over owl
    pace pack page pages paint palm pan paper parent parents parish part party pass past patch patience pay pea
    peace peach peak pear pearl peck pen penny people pepper person petty piece pike pine pink pipe pitch plan
    plant play plum pocket pole poor pope post pound powder power powers praise pray present press price pride
    prime prince print prize proper proud pump pure purple queen quick quiet race rain rains range rapid raw reader
    reading ready real reason record red reed relief rest reward rice rich ride right ring rings robin roll roof
    room root roots rope rose roses round royal rule run rush rust safe sail saint sale sales salt sand sandy
    saturday savage saw say scale score scout sea search season seat senior service session shade sharp sheets
    shell shine ship shirt shoe short show shower side silk silver simple single skill skin sky sleep slow small
    smart smile smith smoke snow soft son song songs sons soul sound spark sparks speed spell spice sports staff
    stage stamp stand star stark starr start steel steep step stick still stock stop store storm story strange
    straw stream strong study style sugar summer summers sun sunday super sure swan sweet swift sword table talent
    tall tax tea teacher team test thing thorn thursday tide tiger till time times tin title toll tool top touch
    tour trade train travel treasure treat tree trees trip true trump trust truth tuesday tune turner twin union
    valentine vest virtue visit voice volunteer wade wage wait wake walk war ware warm wash watch wave weather web
    wednesday week weeks weight welcome wet whale wheat wheel white whole wide wild will win wind window wine wing
    winner winter winters wire wise wish wolf wonder word words work worker works world worth year years yellow
    young younger youth
""")
_SHORT: Final = _listed("""
    a ad ah ai al am an and any are as at be by can chi da dad de den der des di did die do don du ein el en er es
    et for gay get go ha had han has he hen her hi him his ho hu i if im in is it ja la las le lee les lo long los
    lot lu lung ma man may me men mi mo mom my na new ni no not now of oh old on one or our out pa pan per pie ping
    pu qua see she si sin sing so son song sum sun sung ta ten the tin to tu un und up us van ve vi vo was way we
    who why win wing won woo yang ye yes yo you yu
""")
_FREQUENT: Final = _listed("""
    aaron abbey abbot abigail abilene academy ace acre adam adams adelaide aiden alan albany albert alex alexander
    alexandra alexandria alexis alice alicia allen alley allison ally alvarez alyssa amanda amber amelia amy ana
    anderson andrea andrew andrews angel angela anna annabel annabelle anne anthony antonio apple april archer aria
    ariana arlington arms armstrong arnold arrow art arthur ash ashes ashley asia aspen athens atlanta audrey
    august augusta aurora austin autumn ava avenue avery axel back bacon bagel bailey baker ball ballad band bank
    banks bar barbara barber bard bark barker barn barnes baron barrel barrow basil bass bath battle bay beach beam
    bean bear beard beat beatriz beck bee beer bell belle bellow bench bend benjamin bennett berlin berry best beth
    bethany beverly bible bill billy birch bird birth bishop black blade blake blank blaze blessing block bloom
    blossom blue board boat bob body bold bolt bond bone bones bonnie book booker boot booth boston bottom boulder
    boulevard bound bow bowl bowler bowman box boy brace bradley branch brand brandon brandy brass brave bread
    break breeze brenda brewer brian brianna brick bride bridge bridger bridges bright bristol broad bronte brook
    brooke brooklyn brooks broom brother brown bruce brush bryan bryant buck buckle buckley bud buddy building bull
    bullock bundle burger burke burn burns burton bush bushel buster butcher butler butter button buyer cage cairo
    cake caleb caledonia call camden cameron camila camp campbell camper campus canal candle candy cane cannon cap
    cape car card cardinal care carl carlos carlson carmen carol carolina caroline carolyn carpenter carr carrier
    carroll carrot carson cart carter carver case cash castillo castle castro catherine cattle cave cedar celeste
    center chain chalk chamber chambers champion chance chandler change chapel chaplain chaplin chapman charge
    charles charlotte chase chavez check chelsea chen cherish cherry cheryl chess chester cheyenne child childers
    childs chip chloe choice christian christina christine christmas christopher chuck church circle city claire
    clark class clay clear clerk cleveland cliff clinic clinton close cloud clover coach coast coat cobbler cock
    coffee coffin cohen coin cold cole coleman college collins colt columbia comb comfort concord conn constable
    constance contreras cook cool cooper cope copper coral corn corner cost cotton couch council counter country
    county court cove coward cox craft crane cream creek crest crook cross crow crown crump cruz crystal cunningham
    cup curry curt curtain curtis cutter cynthia daily daisy dakota dale dallas dance dancer daniel danielle
    daniels dark dart dash date daughter david davidson davis dawn day days dayton deal dean dear deborah debra
    deer delgado delight dell den denim denise dennis dent denver department desert destiny devon dial diamond
    diana diane diaz dice dick diego district diver dixie dixon dock doctor dog dollar dolly dominguez don donald
    donna dorothy dot douglas dove down downs drake draper draw dream dress drew drive driver drum dublin duck
    duffel duke duncan dunn durham dust dusty dwell dyer dylan eagle earl early earnest east easter easterly easton
    eaton ebony echo eden edge edward edwards elder elementary elena elijah elizabeth ella ellie elliott ellis elm
    ember emily emma end england english enough eric ernest esperanza espinoza essence estrada ethan eugene evans
    eve evelyn evening ever everett every exchange eye fair fairchild faith falcon fall falls fargo farm farmer
    farrow fast father fatima fawn feast feather fence ferguson fern fernandez ferry field fields fight finch fine
    finger finish fire first fish fisher flag flagg flame fleet fleming fletcher flint flood floor flora florence
    flores flour flower flowers fly flynn fold folk food fool foot ford forest forester forge forrest fort fortune
    foster fountain fowl fowler fox foy frame france frances francisco frank franklin free freed freeman freight
    french fresh friday friend friends frost fruit fry fuller fund gabriel gain gale game gander garcia garden
    gardener gardens gardner garland garner garnet garrison gary gate gates gathering gay gene genesis geneva
    gentle gentry george georgia gerald german gibson gift gilbert gill gilt ginger glass glen glenn gloria glory
    glover goal gold golden gomez gonzales gonzalez good goode goodman goods goodwill goose gordon gore gorge gould
    grace graham grain grand grange granger grant grass grave gravel graves gray grazer great green greene
    greenfield greenwood greer grey griffin grimes grind groom ground grove groves guard guerrero guest guide guild
    gulf gun gunn gutierrez guy guzman hale half hall halls ham hamilton hammer hammond hampton hand hands hank
    hannah hansen hanson happy harbor hard harden hardy hare harm harmon harmony harold harp harper harris harrison
    harrow harry hart harvest harvey hat hattie haven hawk hawkins hawks hawthorn hay haynes hazel head health heap
    heard heart hearth heath heather heaven hedge held helen hell helm help henderson henna henry herb herd
    hernandez herrera herring hick hicks high highway hill hills hire history hobby hoffman hogg hold holder hole
    holiday holland hollow holly holt home homes honey honor hood hook hooper hope hopper horn horne horse hospital
    host house houser houston howard howell howl hudson hughes hull human humble hunger hunt hunter huntington
    hurst hyde ian ice india indigo indy inn ireland iris irish iron irons isaac isabel isabella isaiah island
    israel ivory ivy jack jackson jacob jacobs jacqueline jade james janet janice jasmine jason jasper jay jean
    jefferson jeffrey jenkins jennifer jensen jeremy jerry jersey jessica jesus jet jewel jill jimenez jimmy joan
    job joe john johnson johnston jolly jonathan jones jordan jose joseph joshua journey joy joyce juan juana jude
    judge judith judy julep julia julian julie jump june junior juniper just justice justin karen karma katherine
    kathleen kathryn kay kayla keen keeper keith kelley kelly kennedy kenneth kensington kent kenya kettle kevin
    key keys kid kidd kim kimberly kind king kings kingsley kingston kirk kit kitchen kite knapp knight knots
    knowledge kyle lace lacey ladd lake lamb lamp lance land landing lane lark larry last laura laurel lauren law
    lawn lawrence laws lawson lay leaf league leah leak leather lee legend legg lemon lent leo letter level lewd
    lewis lexington li liam liberty library life light lightfoot lily lime lin lincoln linda linden line link lion
    lips lisa lisbon little live lively load local lock locke lodge loft log logan london long longest look looper
    lopez lord lori loss lot lotus louis louisville love loved low lowe lucas lucia luck lucky lucy luis luke
    lumber luna lunch luz lynch lyric ma mac mace madeline madison magnolia maid mail main major mall man manly
    mann manners manor manuel many maple marble marc march marcus mare margaret maria marian mariana marianne marie
    marilyn marina marissa mark marker market marks marlin marquez marriage mars marsh marshal marshall martha
    martin martinez mary maryann mash mason mast master masters match mateo math matthew max maxim may mayer mayor
    mccoy mcdonald mead meadow meadows means medina meek meet meeting megan mejia melissa melody memphis mendez
    mendoza mercer merchant mercy merit merry messiah metal meyer mia michael michelle middle midnight miguel mike
    mila milan mild miles mill miller mills milner milo mina mine miner mines ming minor mint mist misty mitchell
    mock moe mohamed mohammed monarch monday money monk monroe montgomery monument moody moon moor moore moose
    moral morales moreno morgan morning morris morrison morrow moss moth mother mount mountain mouse mudd munoz
    murphy murray museum music musk myers myrtle myth nail nash nat natalie nathan nature naylor neat neck need
    needle needs nell nelson nest nevada new newcomb newman nguyen nice nicholas nichols nick nickel nicole night
    nightingale noah noble noel noon nora norfolk norman north norton note nova now number nunez nurse nutt oak
    oakes oakley oasis oats obrien ocean oconnor odessa office old olive oliver olivia olson omar onion opal orange
    orchard orchid order organ orlando ortega ortiz oscar otter outlaw over owen owens owl ox oxford pace pack
    packer page pages paige paine painter palace palm palmer pamela pan pansy parent parents paris parish park
    parker parks parkway parrish parrot parson parsons part partridge party pass past pat patch patel path patience
    patricia patrick patterson paul paula payne paz pea peabody peace peach peak pear pearl peck peel peer pena
    penn penny people pepper perch perez perk perkins perry person persons petal peter peters peterson petty pham
    phelps philip phillips phoenix picket pickle piece pierce pike pillar pine pink pipe piper pitcher pitt place
    plain plains plant plaza plum plummer poet point pole polo pond pool poole poor pop pope poppy porch port
    porter portland post potter pound powder powell power powers prairie pray prayer preacher precious preschool
    presence presley press price pride priest primary primrose prince princess print prior pritchard prize promise
    proper proud prudence pull pump purity purple quarter queen quick quiet quill quincy rabbit race rachel rain
    rains raleigh ralph ram ramirez ramon ramos ramp range ranger ransom rapid rave raven rawls ray raymond read
    reader reading ready real reason rebecca record rector red reed reef reeve reeves regal regan regular reid
    reign relief rest reward reyes reynolds rhodes rice rich richard richards richardson riches richmond ride rider
    ridge riding riley ring rings rios rise river rivera rivers road roads roam rob robe robert roberts robertson
    robin robins robinson rochester rock rocket rocks rocky rod rode rodriguez roger rogers rogue rojas roll roma
    roman romero ronald roof room root roots rope rosa rose rosemary roses ross round rowan rowe rowing royal ruby
    rue ruff ruiz rule runner rush russell rust rusty ruth ryan rye sable sack saddle sadler safe sage sahara
    sailor saint salazar sale salem sales sally salmon salt sam samantha samuel sanchez sand sander sanders sandra
    sandy santiago santos sapphire sara sarah savage savanna savannah saw sawyer say scale scarlet schmidt
    schneider school schultz science score scott scout sea seal sean search season seat sebastian sedona seller
    senior sequoia serenity sergeant service session sewing shade shadow shakes sharon sharp shaw shea sheets shell
    shelter shepherd sheridan sheriff shield shine ship shipman shirley shirt shoemaker shook shore short shorts
    show shower sides sidney siena sierra silk silva silver simmer simmons simon simple simpson sims singer singh
    single skaggs skies skill skinner sky skye slack slate slaughter sleep small smart smile smiley smith smoke
    smoker snipes snow snyder sofia sol soles son song sonny sons sophia sophie sorrel soto soul south spanish
    spark sparks sparrow spear speed spell spence spencer spicer spike spring springer springs square squire stable
    stack staff stage stair staley stamp stand stanley stanton star stark starr start state station stay steed
    steel steele steep stella step stephanie stephen stephens sterling stern steven stevens steward stewart stick
    stiles still stock stocks stone stones stops store storey storm stormy story stout stow strange stranger
    stratford strauss straw stream street streeter streets strickland strong stubbs studio study styles sue suggs
    sullivan summer summers sun sunday sunny sunshine supper sure susan sutton swain swan sweet sweets swift sword
    sydney sylvan tab table tabor tad talent tall talley tally tanner tate tax taylor teach team ted teddy teller
    temple tender tennant tennessee teresa terrace terry test thatcher theater theatre theo theresa thick thing
    thomas thompson thorn thorne thrash thrasher threat thyme tide tiger till tiller tillman tim timber time times
    timothy tin toll tom tony tool top topaz torch torres touch tower towers town towns townsend trace track tracy
    trader trail train trainer tran travel traveler treasure tree trees trenton trinity trip troop trout troy true
    trump trust truth tub tuck tucker tulip tuner turk turner turnip tyler umber union unique unity university
    upton urban usher vail valdez vale valencia valentina valentine valley van vance vane vanessa vargas vasquez
    vazquez vega velvet venice venus vera verity vernon verona verse vessel vest vet vice victor victoria victory
    vida vienna view viewer village vincent vine vines viola violet virginia virtue visit vita voice volunteer wade
    wages wagner wait waite wake walk walker walks wall wallace waller walls walter ward warden ware warm warner
    warren wash washington watch water waterman waters watkins watson watt watts wave waverly way wayne ways
    weather weaver web webb webber week weekes weeks weir welch welcome weld well weller wellington wells welsh
    wendy west wester westfall westminster wheat wheel wheeler while whip whisper white whitehead whiteside whole
    wick wild wilder wilds will william williams williamson willing willis willow wilmington wilson win wind winds
    windsor wing wings winkle winner winston winter winters wire wise wish witt wolf wolfe women wonder wong wood
    woodall woodard wooden woodruff woods woody wool word words work worker workman works world worth wrath wren
    wright wu wynn xmas yang yard yards yates year years yellow york young younger zachary zen zhang zimmer zion
    zoe zoey
""")
_OF_THINGS: Final = _listed("""
    acacia adapter airport alder american ancient annual arroyo aspen atlantic azure backpack bagels bakery barbecue
    basin basket battery bayou bbq beech beige binder birch bistro blackbird blender bluebird bluff bookcase bottle
    brewery bronze buckeye buffet bunting burgers cabinet cable calculator canadian cantina canyon catalpa catering
    catfish cedar central chair charger chestnut chickadee chinese classic cleaners clock coastal common copier
    cormorant cotton cottonwood crescent crimson cuisine cypress deli delta deluxe desk digital diner dogwood donuts
    downtown dresser drill eastern egret electric elm essential eucalyptus european express federal filter finch fir
    flicker freezer garage giant ginkgo global goldfinch gourmet grackle grebe grill grille grocery grosbeak gulch gull
    hackberry harbour hawthorn hemlock heron hickory hornbeam hummingbird imperial inner interchange international
    italian jacket japanese junco junction juniper kentucky kestrel keyboard kingfisher kinglet kitchen lagoon laptop
    larch large laundry lavender leather linden liquors locust lounge lower magenta magnolia mallard maroon mesa mexican
    mockingbird modern monitor mulberry national natural navy noodle northern norway nuthatch organic original oriole
    osprey outer pacific pecan peninsula persimmon pharmacy pigeon pillow pizzeria plastic plateau plover poplar
    portable prairie premium preserve printer projector pub public quail rack ramen ravine redbud redwood reservoir
    router rural salon sandpiper scanner seafood shelf shoppe southern sparrow speaker spruce stapler starling
    steakhouse stool supermarket sushi swallow swamp sweetgum sycamore tablet tacos tanager taqueria tavern teal
    terminal tern thrush titmouse toaster towhee trailhead tropical trout turkey turquoise upper vacuum vintage vireo
    vulture wallet walnut warbler waterfall waxwing weeping western wetland wilderness wireless wooden woodpecker yew
    zelkova
""")
"""What trees, birds, shops, wares and stretches of land are called, none of which is a usual name."""
_FREQUENT_GIVEN: Final = _listed("""
    aaron abigail ada adam adele aiden alan albert alex alexander alexandra alexis alice alicia allison alyssa
    amanda amelia amy ana andrea andrew angela ann anna annabel annabelle anne anthony antonio aria ariana arthur
    asher ashley audrey austin ava avery barbara beatriz belle ben benjamin beth beverly bill bob brandon brenda
    brian brianna brooklyn bruce bryan caleb cameron camila carl carlos carmen caroline carolyn carson carter
    catherine charles charlotte chase cheryl chloe christian christina christine christopher claire cole colton
    connor cooper cynthia dale dan daniel danielle david dean deborah debra denise dennis diana diane diego dominic
    donald donna dorothy douglas dylan easton ed edward elena eli elias elijah elise elizabeth ella ellie elsa
    emery emily emma eric ethan eugene eva evan evelyn everett ezra faith fatima finley frances francisco fred
    gabriel gabriella gail gary gavin genesis george gerald grace grayson greg greyson hailey hannah harold harper
    harrison heather helen henry hope hudson hunter ian iris isaac isabel isabella isaiah isla ivan ivy jace jack
    jackson jacob jacqueline jade jaden james jameson jane janet janice jason jaxon jean jeff jeffrey jennifer
    jenny jeremiah jeremy jerry jesse jessica jill jim jo joan joe joel john jonathan jordan jose joseph joshua
    josiah juan juana judith judy julia julian julie justin kaden kai karen kate katherine kathleen kathryn katie
    kayden kayla kaylee keith kelly ken kennedy kenneth kevin kim kimberly kingston kinsley kyle landon larry laura
    lauren lawrence layla leah lee lena leo leon leslie levi liam lillian lily lincoln linda lisa liz logan lori
    louis louise lucas lucia lucy luis luke luna lydia lynn mackenzie madeline madelyn madison mae maggie manuel
    marc marcus margaret maria marian mariana marianne marie marilyn marissa mark martha mary maryann mason mateo
    matt matthew maverick max maya meg megan melanie melissa mia micah michael michelle miguel mike mila miles
    mohamed mohammed molly morgan naomi natalia natalie nathan nathaniel nevaeh nicholas nick nicole nina noah
    nolan nora nova oliver olivia omar oscar owen paige paisley pamela parker pat patricia patrick paul paula
    penelope pete peyton philip piper quinn rachel ralph ramon ray raymond reagan rebecca reese renee richard riley
    robert robin roger roman ron ronald rosa rose rowan ruby ruth ryan ryder ryker sadie sam samantha samuel sandra
    santiago sara sarah savannah sawyer scarlett sean sebastian serenity sharon shirley silas simon skylar sofia
    sophia sophie stella stephanie stephen steve steven sue susan sydney taylor teresa theo theodore theresa thomas
    tim timothy tom tony tristan tyler valentina vanessa victoria vincent violet vivian wade walter wayne wendy
    wesley weston will william willow wyatt xavier zachary zoe zoey
""")
_FREQUENT_FAMILY: Final = _listed("""
    adams allen anderson bailey baker barnes bell bennett black brooks brown butler campbell carter clark coleman
    collins cook cooper cox cruz davis diaz edwards evans fisher flores ford foster garcia gomez gonzalez graham
    gray green griffin hall hamilton harris hayes henderson henry hernandez hill howard hughes hunt jackson james
    jenkins johnson jones kelly king lee lewis long lopez marshall martin martinez mason mcdonald miller mitchell
    moore morgan morris murphy murray myers nelson nguyen ortiz owens parker patel patterson perez perry peterson
    phillips porter powell price ramirez reed reyes reynolds richardson rivera roberts robinson rodriguez rogers
    ross russell sanchez sanders scott shaw simmons smith stewart stone sullivan taylor thomas thompson torres
    tucker turner walker wallace ward washington watson webb wells west white williams wilson wood woods wright
    young
""")
_BORNE: Final = _FREQUENT_FAMILY - frozenset(("hall", "hill", "west", "woods"))
"""Family names that are people's behind a given name; many a building, school or camp is a hall, a hill or a west."""
_ORDINARY_GIVEN: Final = _GIVEN | _SHORT
_ORDINARY_FAMILY: Final = _FAMILY | _SHORT
_PLACES_TOO: Final = _GIVEN | _PLACES
_WORDS: Final = _ORDINARY_GIVEN | _ORDINARY_FAMILY
_NAMES_ALONE: Final = (_FREQUENT_GIVEN | _FREQUENT_FAMILY) - _WORDS - _PLACES
_THINGS: Final = _OF_THINGS | {word for word in (_WORDS | _FREQUENT | _PLACES) - _SHORT - _NAMES_ALONE if len(word) > 3}
"""Words for things, and places: a family name of many languages is as short as `van`."""
SURELY: Final = 8
"""In steps of 0.6 nats: odds of more than a hundred to one."""
_Kind = Literal["thing", "person", "neither"]
_ODDS: Final[dict[_Kind, int]] = {"thing": 2, "person": -5, "neither": -3}
_IN_RUN: Final[dict[_Kind, int]] = {"thing": -2, "person": 3, "neither": 0}
_SURELY_PEOPLE: Final = 12
"""Four people who follow each other, or five of six."""
_COMMON: Final = _WORDS | _PLACES | _FREQUENT | _FREQUENT_GIVEN


def is_ordinary(given: Collection[str], family: Collection[str]) -> bool:
    """Whether a name, as the folded words it is written in, may as well be no name."""
    if not _ORDINARY_FAMILY.issuperset(family):
        return False
    if _ORDINARY_GIVEN.issuperset(given):
        return True
    is_borne = _BORNE.issuperset(family) and not _FREQUENT_GIVEN.isdisjoint(given)
    return is_site(given, family) and not is_borne


def is_site(given: Collection[str], family: Collection[str]) -> bool:
    """Whether a name, as the folded words it is written in, is a place's and what lies there: "Charlotte Green"."""
    return _PLACES_TOO.issuperset(given) and _SITES.issuperset(family)


def is_word(word: str) -> bool:
    """Whether a folded word often means something else than a person."""
    return word in _WORDS


def are_common(words: Iterable[str]) -> bool:
    """Whether all of these are common, without which no name of theirs is ordinary."""
    return _COMMON.issuperset(words)


def is_common(word: str) -> bool:
    """Whether a folded word is ordinary, or a name so frequent that it tells nobody apart."""
    return word in _COMMON


def is_given_name(word: str) -> bool:
    """Whether a folded word is a given name that very many bear, a family name as well perhaps."""
    return word in _FREQUENT_GIVEN


def is_family_name(word: str) -> bool:
    """Whether a folded word is a family name that very many bear, a word or a given name as well perhaps."""
    return word in _FREQUENT_FAMILY


def odds_of_things(names: Sequence[str]) -> int:
    """Return how likely the folded names of a list are those of things and places: Red Maple, Golden Dragon.

    Above 0 that is likelier than that they are people's, from `SURELY` on there is next to no doubt (naive Bayes). Of
    100 names of things 85 have a word for one, 3 a name that is neither word nor place, 12 neither; of people's, in
    any of 20 languages, at most 30 have such a word, and in English 80 such a name. Where people follow each other
    among things, it is not likely at all.
    """
    kinds = [_kind_of(name) for name in names]
    odds = sum(_ODDS[kind] for kind in dict(zip(names, kinds, strict=True)).values())
    run = 0
    for kind in kinds:
        run = max(run + _IN_RUN[kind], 0)
        if run >= _SURELY_PEOPLE:
            return min(odds, -SURELY)
    return odds


def likeliest_person(names: Sequence[str]) -> str:
    """Return which of some folded names is a person's rather than that of a site: the first of the likeliest."""
    return max(names, key=lambda name: -_ODDS[_kind_of(name)]) if len(names) > 1 else names[0]


def _kind_of(name: str) -> _Kind:
    words = name.split()
    if not _NAMES_ALONE.isdisjoint(words):
        return "person"
    return "neither" if _THINGS.isdisjoint(words) else "thing"
