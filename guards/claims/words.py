"""Words that tell what kind of sentence it is, in English and Spanish."""

from __future__ import annotations

from types import MappingProxyType

_GROUPS = {
    "first": "i me my mine myself we us our ours i'm i've i'd i'll we're we've we'll yo me mi mis mí conmigo nosotros "
    "nosotras nos nuestro nuestra nuestros nuestras",
    "second": "you your yours yourself you're you've you'll you'd u tú te ti tu tus usted ustedes vosotros vosotras os "
    "vuestro vuestra vuestros vuestras",
    "third": "he him his she her hers they them their theirs it its él ella ellos ellas le les su sus lo la los las",
    "hedge": "maybe perhaps possibly probably likely unlikely might seems seem seemed apparently presumably guess "
    "suppose sure unsure certain imagine roughly somewhat usually often generally sometimes quizás quizá tal acaso "
    "probablemente posiblemente seguramente parece parecen parecía supongo creo imagino generalmente normalmente "
    "suele suelen aparentemente depende depends",
    "opinion": "think believe feel hope wish love like loved hate enjoy prefer favorite favourite best worst great good "
    "bad better amazing awesome beautiful wonderful terrible horrible nice cool interesting funny boring important "
    "wrong right should must ought deserve pienso opino siento espero ojalá encanta gusta gustan odio prefiero "
    "favorito favorita mejor peor mejores peores bueno buena malo mala gran increíble maravilloso maravillosa "
    "terrible interesante divertido aburrido importante importantes debe debemos deben debería deberíamos deberían",
    "social": "hi hello hey bye goodbye thanks thank please sorry welcome congratulations yes no yeah yep nope ok okay "
    "sure wow oh ah lol haha hola adiós gracias favor perdón perdona bienvenido bienvenida bienvenidos enhorabuena "
    "sí vale claro ay jaja buenas buenos saludos",
    "know": "know remember heard saw seen read sé recuerdo oído visto leído",
    "ask": "what who whom whose which when where why how qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta "
    "cuántos cuántas",
    "order": "try use make let see check consider remember note keep take add go look open run click choose read write "
    "ask tell give avoid ensure start stop put get call install visit imagine feel free please don't usa haz mira "
    "prueba ten recuerda considera añade abre ejecuta elige lee escribe pregunta dime evita asegúrate empieza pon "
    "llama instala visita imagina intenta deja consulta busca vota ven comparte sigue seguid venid haced",
    "modal": "would could can may might should must shall cannot can't couldn't wouldn't shouldn't podría podrían puede "
    "pueden podemos puedo pudiera debería deberían habría habrían sería serían",
    "future": "will won't going gonna tomorrow next soon shall plan plans intend 'll vamos voy va van iremos mañana "
    "próximo próxima pronto haremos será serán seremos tendremos vamos",
    "past": "was were had did been became began made went said took gave came told left won lost born died founded "
    "built wrote got grew fell rose cut spent voted signed passed created fue fueron era eran había habían hizo "
    "hicieron dijo tuvo tuvieron nació murió fundó escribió ganó perdió ha han estuvo estaba estaban",
    "be": "is are am be being 's es son está están soy somos estamos hay",
    "have": "have has having tiene tienen tenemos tengo ha han hemos",
    "not": "not no never none neither nor nothing nobody n't don't doesn't didn't isn't aren't wasn't weren't haven't "
    "hasn't hadn't won't without nunca jamás ni nada nadie ningún ninguna ninguno tampoco sin",
    "if": "if unless whether whenever suppose assuming si salvo excepto aunque cuando mientras",
    "story": "once upon story tale imagine fictional fiction dragon princess wizard novel character characters érase "
    "vez cuento historia ficción imaginario dragón princesa mago novela personaje",
    "cite": "according reported said says study studies report reports research survey found data statistics evidence "
    "shows según informe informes estudio estudios datos encuesta afirma afirmó dice asegura publicado estadísticas",
    "more": "more less fewer most least higher lower larger smaller greater increase increased increasing decrease "
    "decreased reduced doubled tripled grew fallen risen cut highest lowest largest smallest first last biggest más "
    "menos mayor menor mayores menores aumentado aumento aumentó subido subida sube bajado bajada baja bajan crecido "
    "crece duplicado reducido máximo mínimo primer primera último última récord",
    "all": "all every each always everyone everybody everything any only todo toda todos todas cada siempre solo sólo "
    "únicamente cualquier",
    "much": "many much several few some lots lot very really so too quite pretty mucho mucha muchos muchas poco poca "
    "pocos varios varias algunos algunas muy tan tanto bastante demasiado",
    "unit": "percent per cent million millions billion billions trillion thousand thousands hundred hundreds dollars "
    "dollar euros euro pounds km miles mile kilometers meters feet years year months month weeks days day hours hour "
    "minutes degrees people jobs ciento millón millones mil miles cientos dólares euro km kilómetros metros años año "
    "meses mes semanas días día horas hora minutos grados personas empleos puestos parados",
    "count": "one two three four five six seven eight nine ten eleven twelve dozen twenty thirty half third quarter "
    "twice double uno dos tres cuatro cinco seis siete ocho nueve diez once doce docena veinte treinta mitad tercio "
    "cuarto doble",
    "month": "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre lunes martes miércoles jueves viernes sábado domingo century siglo",
    "state": "government president congress senate law bill tax taxes budget deficit debt unemployment crime economy "
    "gobierno presidente congreso senado ley impuesto impuestos presupuesto presupuestos déficit deuda paro desempleo "
    "economía ministro ministra psoe pp vox ciudadanos podemos",
    "assistant": "assist assistance help helps happy glad context passages passage provided information unable answer "
    "question model language ai ayudar ayuda ayudarte encantado contexto información respuesta pregunta modelo ia",
    "talk": "let's lets well anyway so finally therefore however overall conclusion summary bueno pues entonces "
    "finalmente por tanto embargo conclusión resumen",
    "link": "the a an of to in on at by for with from as and or but that this these those there than into about over "
    "under between during after before since until through who which el la los las un una unos unas de del al a en "
    "por para con sin sobre entre desde hasta durante tras que y e o u pero como se lo este esta estos estas ese esa "
    "esto eso aquel aquella cual cuyo",
}  # fmt: skip

GROUPS = tuple(_GROUPS)
"""What groups of words are called."""


def _by_word() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, words in enumerate(_GROUPS.values()):
        for word in dict.fromkeys(words.split()):
            found[word] = (*found.get(word, ()), number)
    return found


GROUPS_OF = MappingProxyType(_by_word())
"""The numbers of the groups that a word is in."""

_SPANISH_LIST = (
    "el la los las un una de del al en y que no se por con para es su lo como más pero sus le ha este esta si sin sobre "
    "ser tiene también fue hay entre cuando muy todo nos qué una son está han yo eso porque hasta desde me mi te tu "
    "ya o e ni donde quien cual era fueron hace según así años año solo sólo nació murió fundó hola gracias"
)
SPANISH = frozenset(_SPANISH_LIST.split())
_ENGLISH_LIST = (
    "the of and to in is that it was for on are as with his they at be this have from or had by not but what all were "
    "we when your can said there use an each which she do how their if will up about out them then these so some her "
    "would make like him into has more no than i you he my me its who been did get a thanks hello"
)
ENGLISH = frozenset(_ENGLISH_LIST.split())

ENDINGS = (
    "mente", "ciones", "ción", "sión", "aron", "ieron", "aban", "ando", "iendo", "ados", "idos", "adas", "ado", "ido",
    "ada", "ida", "aría", "ería", "iría", "ará", "erá", "irá", "amos", "emos", "imos", "ía", "ió", "ó", "ar", "er", "ir",
    "tions", "tion", "ments", "ment", "ness", "ity", "able", "ible", "ful", "ous", "ive", "ism", "ist", "ings", "ing",
    "edly", "ed", "ly", "est", "ies", "es", "s",
)  # fmt: skip
"""What words end in that says something of them: the first that fits."""
