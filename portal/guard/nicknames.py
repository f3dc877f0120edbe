"""Short names by which people are called: Bill for William, Lupe for Guadalupe."""

from collections import defaultdict
from typing import Final

_GROUPS: Final = """
    abigail abby gail, aleksandr sasha, aleksandra sasha ola, anastasia nastya nastia, anastasiya nastya nastia,
    albert al bert, alexander alex sandy sasha, alexandra alex lexi sandra sasha, alfred al fred alf, andrew andy drew,
    anna anya nyura, anthony tony, antonio tony tono, barbara barb babs basia, benjamin ben benny benj,
    catherine cathy kate katie kitty cat cath kathryn, charles charlie chuck chas, christina tina chris christy,
    christopher chris kit topher, concepcion concha conchita, daniel dan danny danl, daria dasha, david dave davy,
    dmitri dima mitya, dmitriy dima mitya, dmitry dima mitya, dolores lola, donald don donny, dorothy dot dottie dolly,
    edward ed eddie ned ted teddy edw edek, ekaterina katya, eleanor ellie nell nora, elena lena,
    elizabeth liz lizzie beth betty betsy eliza libby bess lisa eliz elisabeth, enrique quique, eugene gene,
    ezekiel zeke, florence flo florrie, francesca fran, francisco paco pancho frank fco, frances fran frannie,
    francis frank, frederick fred freddie, gabriel gabe, gabriella gabby gaby, george geo georgie, gerald gerry jerry,
    gregory greg, guadalupe lupe lupita, harold harry hal, henry harry hank, hannah hanna, ignacio nacho,
    isabella bella izzy, isabel bel izzy isabelle isobel chabela isa, ivan vanya, jacob jake,
    jacqueline jackie jacotte, james jim jimmy jamie jas, jennifer jen jenny, jesus chuy chucho chus, john jack johnny,
    jonathan jon jonny, jose pepe chepe chema, joseph joe joey jos josef, joshua josh,
    katherine kathy kate katie kat kit kath cathy catherine kathryn katharine, kathleen kathy kate katie,
    kathryn kathy kate katie kat kath cathy, kenneth ken kenny, lawrence larry, leonard len lenny, luis lucho luisito,
    manuel manny manolo manolito, margaret maggie meg peggy marge madge greta daisy marg, maria ma masha marysia,
    matthew matt mathew, michael mike mikey mick, mercedes meche, mikhail misha, nathaniel nate nat, natalia natasha,
    nicholas nick nicky nicolas, nikolai kolya, olga olya, oliver ollie, olivia liv livvy, pamela pam,
    patricia pat patty trish tricia, patrick pat paddy, penelope penny, peter pete, philip phil pip phillip,
    rachel rachael, rebecca becca becky rebekah, reginald reg reggie, richard rich rick ricky dick,
    robert bob bobby rob robbie bert robt, roberto beto, rosario charo chayo, samantha sam sammy,
    samuel sam sammy saml, sarah sara sally, sergei seryozha, sofia sophia sonya, stephen steve stevie,
    steven steve stevie, susan sue susie, suzanne sue susie, tatiana tanya, teresa theresa terry tess tere terenia,
    theodore ted teddy theo, theresa teresa terry tess, thomas tom tommy thos tomas, timothy tim timmy,
    victoria vicky tori toya, vladimir vova volodya, vincent vince vinny, william bill billy will willie wm, yuri yura,
    zachary zach zack, agnieszka aga, alejandra ale alex, alejandro ale alex, bartholomew bart barty,
    beatriz bia bea betty tichi, carolina caro carol, eduardo edu dudu lalo guayo, fernanda fer nanda,
    fernando fer nando, gabriela gabi gaby, guilherme gui, jakub kuba, jan janek jas janusz, joanna asia,
    katarzyna kasia, krzysztof krzys krzysiek, magdalena magda lena malena, malgorzata gosia malgosia,
    mohammed mo moe hamoudi, rafael rafa rafita, santiago santi chago, sebastian seba seb chano, stanislaw stas staszek,
    tomasz tomek, valentina vale valya, wojciech wojtek, zuzanna zuzia zuza, aaron ron ronnie, adelaide addie heidi,
    agnes aggie nessie, alan al, alice allie elsie, alistair ali al, alison ali allie, amanda mandy,
    amelia millie amy mel, angela angie, annabel bel bella anna, anneliese anne liesl, archibald archie, arthur artie,
    augustus gus, beatrice bea trixie, bernadette bernie detta, bernard bernie, bridget biddy bridie,
    caroline caro carrie lina, cassandra cass cassie sandra, cecilia cece celia cissy ceci chela,
    charlotte lottie charlie lotte, clarence clarrie, clementine clem clemmie, constance connie, cordelia delia cordy,
    cornelius neil, cynthia cindy, deborah deb debbie, desmond des, dominic dom, douglas doug, edith edie,
    edmund ed eddie ned ted, edwin ed eddie ned, emily emmy millie, emma emmy, ernest ernie, esther essie hettie,
    evelyn eve evie, felicity fliss, genevieve jenny viv ginette, geoffrey geoff jeff, georgina georgie gina,
    gertrude gertie trudy, gillian gill jill, grace gracie, gwendolyn gwen wendy, harriet hattie harri hettie,
    helen nell nellie, hermione hermie, hortensia tencha, ian iain, imogen immy, isaac ike zak,
    isabelle bel belle izzy, isidore izzy, jemima mima, jeremy jerry jez, jessica jess jessie, joanne jo,
    josephine jo josie posy, judith judy, julia jules, julian jules, juliet jules, leocadia leo, leonora nora leo,
    leopold leo poldi, lillian lil lily, lucinda cindy lucy lulu, lucille lucy, madeleine maddie maddy,
    malcolm malc mal, marcus marc, marigold mari goldie, martha marty patty, martin marty, maximilian max maxi,
    maxwell max, melanie mel, melissa mel missy lissa, millicent millie, miranda mandy randa, montgomery monty,
    natalie nat, octavia tavia tavy, oscar ossie, ottilie tilly, percival percy perce, philippa pip pippa, phoebe fifi,
    priscilla cilla prissy, prudence pru, raymond ray, roderick rod roddy, roger rodge, roland rolly rowly,
    ronald ron ronnie, rosalind roz ros rosie, rosamund roz ros rosie, roseanne roz rosie, rosemary rosie romy roz,
    rosalie rosie roz, rupert rupe roo, ruth ruthie, shirley shirl, sidney sid, silvester syl, solomon solly,
    sophie soph, sophia soph sophie, stanley stan, sylvia syl, theodora thea dora teddy theo, tobias toby, valerie val,
    veronica ronnie vera nica, victor vic, virginia ginny vicky, vivian viv, walter walt wally, wilfred wilf fred,
    wilhelmina mina minnie billie, winifred winnie freddie, yvonne vonnie, zachariah zach zack, ana anita,
    alberto beto, alfonso poncho, alfredo fredo, andres andy, araceli cheli celi, armando mando, aurelio yeyo,
    carlos carlitos charly, carmen carmelita mela, catalina cata lina, consuelo chelo, cristina cris tina,
    daniela dani, diego dieguito, dulce dulcita, encarnacion encarna, ernesto neto, esperanza espe, eugenia gena maru,
    federico fede kiko, felipe pipe, francisca paca paquita pancha, gerardo yayo, graciela chela, gregorio goyo,
    gustavo gus tavo, hector tito, hilario layo, ignacia nacha, jacinto chinto, javier javi, joaquin quino joaco,
    josefina fina pepa chepina, juan juanito, juana juanita, leticia lety, lorenzo lencho, lourdes lulu,
    lucia lucy luci, luciana lucy lu, manuela manoli, margarita marga rita, mateo teo, maximiliano max maxi,
    miguel migue, milagros mila mili, nicolas nico, octavio tavo, pablo pablito, pedro perico, pilar pili,
    ramon moncho, raul rulo, remedios reme, renata rena, ricardo richi, rodolfo fito rodo, rodrigo rigo,
    salvador chava, sergio checo, teodoro teo, valeria vale val, vicente chente, ximena xime, yolanda yoli, adam adas,
    aleksander olek, andrzej jedrek, antoni antek, bartlomiej bartek, bartosz bartek, boguslaw bogus,
    bogumila bogusia mila, czeslaw czesiek, dorota dorotka, elzbieta ela, ewa ewunia, franciszek franek,
    grzegorz grzes grzesiek, halina halinka, hanna hania, henryk heniek, ireneusz irek, jadwiga jadzia, jerzy jurek,
    jozef jozek, justyna justynka, karolina karola, kazimierz kazik, krystyna krysia, maciej maciek, mateusz mati,
    michal michas, mieczyslaw mietek, mikolaj mikolajek, pawel pawelek, piotr piotrek piotrus, ryszard rysiek,
    szymon szymek, tadeusz tadek, wladyslaw wladek, wlodzimierz wlodek, zbigniew zbyszek, zofia zosia,
    aleksei alyosha lyosha, boris borya, darya dasha, galina galya, georgy gosha zhora, grigory grisha, ilya ilyusha,
    irina ira, konstantin kostya, kseniya ksyusha, lyudmila lyuda mila, lyubov lyuba, maksim maks, mariya masha,
    mariia masha, nadezhda nadya, nataliya natasha, oksana ksana, oleksandr sashko, olesya lesya, pavel pasha,
    polina polya, pyotr petya, sofiya sonya, stepan styopa, svetlana sveta, tatyana tanya, vasily vasya, viktor vitya,
    vyacheslav slava, yaroslav slava yarik, yelena lena, yevgeny zhenya, bohdan bodya, kateryna katya, mykola kolya,
    volodymyr volodya vova, dimitris mitsos, dimitrios dimitris mitsos, eleni lena nitsa, georgios giorgos yiorgos,
    giorgos yiorgos, ioanna giannoula, ioannis giannis yannis, katerina katina rina, konstantinos kostas dinos,
    nikolaos nikos, vasilis vasilios, alexandre alex, aurelien aurel, benedicte bene, dominique dom,
    elisabeth elsa lisbeth lise sisi liesl, emmanuel manu, frederic fred, guillaume guigui, jeanne jeannette,
    marguerite margot, christophe chris, dietrich dieter, friedrich fritz fiete, hans hansi, heinrich heinz heini,
    johannes hans hannes, johanna hanna hanne, josef sepp, katharina kathi kati kathe, ludwig lutz,
    margarete grete gretel, matthias matze, siegfried sigi, ulrich uli, ulrike uli rike, wolfgang wolfi,
    bjorgvin bjoggi, gudrun gunna, sigurdur siggi, siobhan shiv, chidinma chichi, oluwaseun seun, abdirahman abdi,
    khadija khadi, alexis alex lexi, andrea andi andy, jackson jack jax, leonardo leo, lucas luke
"""
"""Each name with what it is cut short to, or often spelled: English, Spanish, Portuguese, Polish, Russian, Greek,
French, German."""


def _by_name() -> dict[str, tuple[str, ...]]:
    short: dict[str, dict[str, None]] = defaultdict(dict)
    for names in map(str.split, _GROUPS.split(",")):
        for one in names:
            short[one].update((other, None) for other in names if other != one)
    return {one: tuple(others) for one, others in short.items()}


_SHORT: Final = _by_name()


def nicknames_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what somebody with these given names, folded, may be called, or is called short for."""
    return _SHORT.get(words[0], ()) if words else ()
