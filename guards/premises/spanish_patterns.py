"""Patterns and words of Spanish questions. Everything is in small letters and without accents, as `premise.fold` gives it."""

from __future__ import annotations

import re

CLITICS = frozenset(
    [
        "no",
        "se",
        "le",
        "les",
        "lo",
        "la",
        "los",
        "las",
        "me",
        "te",
        "nos",
        "ya",
        "nunca",
        "siempre",
        "tambien",
        "nadie",
    ]
)
HELPERS = frozenset(
    ["ha", "han", "habia", "habian", "hubo", "fue", "fueron", "es", "son", "era", "eran", "esta", "estan", "estaba",
     "estaban", "puede", "pueden", "pudo", "pudieron", "quiso", "quiere", "quieren", "debe", "deben", "va", "van",
     "empezo", "comenzo", "dejo", "dejaron", "empezaron", "comenzaron", "suele", "suelen", "logro", "decidio", "tuvo",
     "tiene", "tienen", "sigue", "siguen", "volvio", "hizo", "hace", "hicieron"]
)  # fmt: skip
"""Verbs that another one may follow."""
PARTICIPLE = re.compile(
    r"\w+(?:ado|ada|ados|adas|ido|ida|idos|idas)|hecho|escrito|dicho|visto|puesto|muerto|abierto|roto|escrita|hecha"
)
VERBAL = re.compile(r"(?:a|de|que)?\s*\w+(?:ar|er|ir|arse|erse|irse|ando|iendo)")
DETERMINERS = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "unos",
        "unas",
        "su",
        "sus",
        "al",
        "del",
        "este",
        "esta",
        "cada",
        "todos",
        "todas",
    ]
)
OURS = frozenset(
    ["yo", "tu", "mi", "mis", "tus", "nuestro", "nuestra", "nuestros", "nuestras", "nosotros", "vosotros", "vuestro",
     "vuestra", "ustedes", "usted", "me", "te", "nos", "os", "vos", "ti", "mio", "conmigo"]
)  # fmt: skip
"""Of these the member knows more than any document; or nobody in particular is meant."""
MINE = re.compile(
    r"(?:tengo|puedo|debo|hago|quiero|estoy|soy|voy|pongo|instalo|uso|creo|escribo|arreglo|necesito|podemos|tenemos|"
    r"debemos|hacemos|puedes|tienes|sabes|eres|estas|quieres|haces|hiciste|dijiste|crees|borraste|respondiste|bloqueaste|"
    r"hago|cambio|activo|configuro|paso|\w{3,}(?:amos|emos|imos|aste|iste))"
)
"""Verbs of the first and second person."""

TIME_NOUN = (
    "ano|mes|dia|fecha|decada|siglo|ciudad|pais|lugar|sitio|momento|version|edicion|episodio|capitulo|universidad|"
    "empresa|conferencia|documento|mensaje|seccion|reunion|pep|medida|sentido|motivo|razon|epoca|forma|manera|edad|hora|canal|parte|lado"
)
LEAD = re.compile(
    r"(?:^|(?<=[^\w]))(?:(?P<why>por\s?que(?: motivo| razon)?|porque(?=[^,.]*\?)|a que se debe que|cual (?:es|fue) (?:la razon|el motivo) (?:de que|por (?:la|el) que)|como es que)"
    rf"|(?:(?P<prep>en|a|de|desde|hasta|con|para|por|sobre|contra|durante)\s+)?que\s+(?P<time>{TIME_NOUN})"
    r"|(?P<many>cuant[oa]s?\s+(?!mas\b|menos\b|veces\b|tiempo\b)(?P<counted>\w+))"
    r"|(?:en\s+)?cuant[oa]s?\s+(?:(?:anos|metros|veces|kilos|centimetros|puntos|grados|porciento)\s+)?(?P<compared>(?:mas|menos)\s+\w+|mayor|menor|mejor|peor)"
    r"|(?P<plain>(?:desde|hasta)\s+cuando|cuando|(?:a|de|en|por|hacia)?\s*donde|adonde|cuant[oa]s?\s+(?:veces|tiempo)|cuanto|como)"
    r"|(?:(?P<oprep>en|a|de|con|para|por|sobre|contra)\s+)?(?P<object>quienes|quien)(?=\s)"
    r"|(?:(?P<qprep>en|a|de|con|para|por|sobre|contra)\s+)?que(?=\s))"
    r"\b"
)
CUE = re.compile(
    r"\b(?:dime|decidme|explicadme|contadme|decirme|digas|explica|explicame|explicar|explicarme|sabes|sabe|saben|cuenta|cuentame|recuerda|recuerdame|"
    r"recuerdas|idea de|saber|pregunto|preguntaba|entiendo|entender|duda|seguro de|dice|curiosidad|busco|sabeis)\s*:?\s*(?:de\s+)?$"
)
WHAT = re.compile(
    r"\bcual(?:es)?\s+de\s+(?P<which>(?:los|las)\s.+?)\s+(?:tiene|es|fue|era|esta|hay|se|lleva|sirve|gano|hizo)\b"
    r"|\bcual(?:es)?\s+(?:es|son|era|eran|fue|fueron|seria)\s+(?P<thing>.+)"
    r"|\bcomo\s+(?:se\s+(?:llam|titul)\w+|es|era|fue|funcion\w+|termin\w+|acab\w+|empiez\w+)\s+(?P<called>.+)"
    r"|(?<!por )\b(?:que|quien|quienes)\s+(?:es|son|era|eran|fue|fueron)\s+(?P<who>.+)"
    r"|(?<!por )\bque\s+(?:dice|dicen|pone|cuenta|explica|pasa\s+en|trae|recoge)\s+(?P<says>(?:el|la|los|las)\s.+)"
    r"|\b(?:hablame|habladme|contadme|explicadme|cuentame(?:\s+(?:algo|mas))?|dime(?:\s+(?:algo|mas))?|explica(?:me)?|describe(?:me)?|resume(?:me)?|"
    r"resumir(?:me)?|enumera|lista|muestra(?:me)?|cita(?:me)?|recita(?:me)?|dame|da(?:me)?|pasa(?:me)?|busca(?:me)?|"
    r"ensena(?:me)?|copia(?:me)?|darme|decirme|citarme|necesito|quiero)\s+(?:(?:de|sobre|acerca)\s+)*(?P<named>.+)"
)
DOES = re.compile(
    r"\b(?:quien|quienes)\s+(?P<did>(?!es\b|fue\b|son\b|era\b)\w+\b.*)|\bque\s+(?P<some>\w+(?:\s+de\s+\w+)?)\s+(?P<verb>\w+(?:o|aron|ieron|a|an|e|en|aba|ia))\s+(?P<rest>.+)"
)
SUBORDINATE = re.compile(
    r"(?:^|[,;.¿(]\s*|\b(?:y|pero|entonces|oye|hola)\s+)(?:ya que|dado que|puesto que|visto que|ahora que|sabiendo que|teniendo en cuenta que|considerando que|"
    r"aunque|a pesar de que|despues de que|antes de que|desde que|cuando|como|si)\s+(?P<clause>[^,;?¿]+),"
    r"|\b(?:ya que|dado que|puesto que|ahora que|aunque|a pesar de que|teniendo en cuenta que|el hecho de que|(?<=\w )cuando|"
    r"despues de que|antes de que|desde que)\s+(?P<late>[^,;?.]+)"
)
TENURE = re.compile(
    r"\b(?:durante|en|sobre|de)\s+(?:la\s+(?:etapa|epoca|carrera|estancia|temporada)|los\s+anos|su\s+etapa|el\s+tiempo|el\s+paso)\s+de\s+(?P<who>.+?)\s+(?P<at>en|como|por|con)\s+(?P<where>.+)"
)
BY = re.compile(
    r",?\s+(?:(?:que\s+)?(?:fue|es)\s+)?(?:(?P<verb>escrit[oa]|compuest[oa]|cread[oa]|dirigid[oa]|pintad[oa]|inventad[oa]|disenad[oa]|publicad[oa]|cantad[oa]|"
    r"grabad[oa]|hech[oa]|desarrollad[oa]|descubiert[oa]|fundad[oa]|firmad[oa]|propuest[oa])\s+por|(?P<de>,?\s*de))\s+"
)
WORK = re.compile(
    r"\b(?:novela|libro|cancion|pelicula|poema|obra|cuento|disco|album|ensayo|sinfonia|opera|cuadro|biografia|autobiografia|"
    r"articulo|charla|conferencia|manifiesto|serie|tesis|memorias)\s+(?:titulad[oa]\s+|llamad[oa]\s+)?$"
)
ATTRIBUTE = re.compile(
    r"(?:el|la|los|las)\s+(?:\w+\s+)?(?:nombre|nombres|titulo|precio|coste|tamano|longitud|duracion|fecha|ano|proposito|significado|diferencia|diferencias|"
    r"autor|autora|autores|creador|creadora|inventor|poblacion|definicion|sintaxis|direccion|enlace|edad|altura|color|peso|"
    r"ventajas?|motivos?|razon|razones|opinion|numero|idea|historia|texto|contenido|letra|resumen|origen|argumento|lista|"
    r"mejor forma|forma|manera|uso|resultado|papel|limite|causa)\s+"
    r"(?:de|del|entre|para|en|con|detras de)\s+(?P<rest>.+)"
)
LATER = re.compile(r"\s(?:cuando|mientras|porque|ya que|despues de que|antes de que)\s")
RELATIVE = re.compile(r",\s+(?:que|quien|la cual|el cual)\s+(?P<clause>[^,;?.]+)")
NUMBER = re.compile(
    r"\d+|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|veinte|treinta|cuarenta|cincuenta|"
    r"sesenta|setenta|ochenta|noventa|cien|mil|primer\w*|segund\w*|tercer\w*|cuart\w*|quint\w*|ultim\w*|gran|nuev[oa]s?|otr[oa]s?"
)
HOW = re.compile(r"\b(?:como|donde|puedo|podemos|se puede|hay que|cuanto)\b")
PART = re.compile(r"\b(?:el|la|los|las)\s+(?:[\w-]+\s+){1,2}(?:del?|de la|en el|en la)\s+\w.*")
END = re.compile(
    r"[?!\n¿]|\.(?=\s|$)|;|,\s*(?=(?:y\s+|pero\s+|o\s+)?(?:por que|cuando|donde|quien|que|como|cual|por favor|gracias)\b)|\s+(?:y|e)\s+(?=(?:por que|cuando|donde|quien|como|cual|cuanto)\b)"
)
