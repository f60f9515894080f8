"""The rules' wording in Spanish. For folded text: no case, no accents (ñ is n), one blank between words."""

from __future__ import annotations

# Orders are told from reports ("el bot ignora las instrucciones") by where the verb stands.
_AT = (
    r"(?:^|[.,;:!?¿¡\n\"'`()\[\]>*#/_-] ?|\b(?:y|e|por favor|porfa|ahora|luego|entonces|primero|simplemente|solo|pero|debes|deberas|deberias|"
    r"tienes que|tendras que|has de|puedes|podrias|podes|tenes que|vas a|quiero que|necesito que|exijo que|ordeno que|te pido que|te ruego que|pido que|hay que|"
    r"favor de|hola|oye|sereno|traduce|vale|ok|bien|bueno|tu tarea es|obligatorio|importante|urgente|de ahora en adelante|a partir de ahora|desde ahora|necesario que|"
    r"intenta|prueba a|procede a|mejor|atencion|proceda a|"
    r"fundamental que|imprescindible que|imperativo que|se te ordena|instruccion) )"
)
_IGNORE = (
    r"(?:ignor(?:a|e|en|ad|ar|es|as|ando|alas|alos|elas|elos|arlas|a ya)|olvid(?:a(?:te)?(?: de)?|e(?:se)?(?: de)?|en(?:se)?(?: de)?|ad|ar|es|as|ando|ate ya de|alas|elas|arte de)|"
    r"descart(?:a|e|en|ar|es)|desestim(?:a|e|en|ar|es)|desobedec(?:e|er)|desobedezca[ns]?|desatiend(?:e|a)|desatender|"
    r"anul(?:a|e|en|ar|es)|invalid(?:a|e|en|ar)|abandon(?:a|e|en|ar|es)|pas(?:a|e|en|ar|es) por alto|haz(?:le)? caso omiso (?:de|a)|hag(?:a|an|as) caso omiso (?:de|a)|"
    r"hacer caso omiso (?:de|a)|haz como si no existieran|no (?:le )?hagas caso (?:de|a)|no haga caso (?:de|a)|no (?:sigas|siga|obedezcas|obedezca|cumplas|cumpla|respetes|"
    r"respete|atiendas|tengas en cuenta|tenga en cuenta|consideres|apliques|uses|tomes en cuenta|recuerdes)|deja(?:r|te)? (?:de lado|a un lado|atras)|deje(?:n|s)? (?:de lado|a un lado)|"
    r"deja(?:r)? de (?:seguir|obedecer|cumplir|respetar|aplicar|lado)|deje de (?:seguir|obedecer|cumplir)|prescind(?:e|a|ir) de|incumple|transgrede|contradice|desafia|"
    r"pon a un lado|haz a un lado|desoye|desoiga|desprecia|dej(?:a|e|en|ar) sin efecto|(?:considera|considere|da|de) por (?:no dich[oa]s?|anulad[oa]s?)|consider[ae] nul[oa]s?)"
)
_REMOVE = (
    r"(?:omit(?:e|a|an|ir|as)|elimin(?:a|e|en|ar|es)|borr(?:a|e|en|ar|es)|cancel(?:a|e|en|ar|es)|sobre?escrib(?:e|a|ir)|aparta|sobrepasa|salta(?:te)?|saltar(?:te)?|salte|suspend(?:e|a|er)|"
    r"pausa|interrumpe|desactiv(?:a|e|ar)|deshabilit(?:a|e|ar)|desech(?:a|e|ar)|rechaz(?:a|e|ar)|liberate de|desconectate de|desprendete de|desasociate de|desvinculate de|alejate de|apartate de|"
    r"reemplaz(?:a|e|ar)|sustituy(?:e|a)|rompe(?:r)?(?: con)?|viola(?:r)?|elude|eludir|burla|sortea|evita|evade|evadir|quebranta|neutraliza|revoca|bypas+e?a|esquiva|supera|trasciende|invierte|reconfigura|modifica|"
    r"avanza mas alla de|ve mas alla de|renuncia a|deroga|desvia|(?:opera|actua|funciona|ve|avanza|muevete|trabaja) (?:fuera|mas alla|por encima|al margen) de)"
)
_ALL = (
    r"(?:(?:a|de|en|con|por|tod[oa]s?|cualquier(?:a)?|cada un[oa]|ya|completamente|totalmente|por completo|el|la|l[oa]s|"
    r"est[aeo]s?|es[aeo]s?|tus?|sus?|vuestr[oa]s|mis|cualesquiera|absolutamente|directamente|inmediatamente|conjunto|otr[oa]s?|demas)[\s,]+)*"
)
_ORDERS = (
    r"(?:instruc+i?on(?:es)?|instrucion(?:es)?|indicacion(?:es)?|directrices|directriz|directivas?|reglas?|normas?|ordenes|orden|mandatos?|"
    r"prompts?|restricciones|limitaciones|consignas?|pautas?|comandos?|politicas?|filtros?|programacion|entrenamiento|protocolos?|"
    r"parametros|configuracion|salvaguardas|principios|guias?|lineamientos|condicionamientos?|limites|barreras|preceptos)"
)
_HARD_ORDERS = r"(?:instruc+i?on(?:es)?|instrucion(?:es)?|indicaciones|directrices|directivas|prompts?|consignas|pautas|programacion|lineamientos|ordenes)"
_PRIOR = (
    r"(?:anterior(?:es|mente)?|previ[oa]s?|de arriba|precedentes?|iniciale?s?|originale?s?|del? sistema|de seguridad|"
    r"que (?:te|le|os) (?:han|hayan|habian|he|hemos|dieron|dio|di|fueron|dijeron|pusieron) ?(?:dado|dicho|dadas|puesto|impuesto)?|existentes|actuales|pasad[oa]s|"
    r"hasta (?:ahora|aqui|este punto|el momento)|recibid[oa]s|dad[oa]s|predeterminad[oa]s|por defecto|intern[oa]s|ocult[oa]s|etic[oa]s|"
    r"de tus? (?:creador(?:es)?|desarrollador(?:es)?|programador(?:es)?)|del? (?:desarrollador|administrador)|establecid[oa]s|preestablecid[oa]s|preprogramad[oa]s|"
    r"de contenido|morales|incorporad[oa]s|preconfigurad[oa]s|integrad[oa]s|estandar|habituales|rutinari[oa]s|programad[oa]s|automatizad[oa]s|antigu[oa]s|vigentes|impuest[oa]s|basic[oa]s|fundamental(?:es)?|que tienes|que recibiste)"
)
_YOURS = rf"(?:{_ORDERS}|procedimientos?|metodos?|algoritmos?|mecanismos?|eticas?|estandares|procesos|rutinas?|caminos de decision|censuras?|moral|habitos|salvaguardias|costumbres|funciones de seguridad)"
_LIMITS = r"(?:restriccion(?:es)?|limitacion(?:es)?|limites?|filtros?|censuras?|etica|moral(?:idad)?|reglas?|normas?|directrices|barreras|salvaguardas|politicas? de \w+|ataduras|frenos|guias eticas)"
_STRICT_LIMITS = r"(?:restriccion(?:es)?|limitacion(?:es)?|filtros?|censuras?|etica|moral(?:idad)?|directrices|salvaguardas|politicas? de \w+|ataduras|frenos morales)"
_FREE = (
    r"(?:sin|libre de|no tiene[sn]?|que no tiene|carece[sn]? de|no (?:esta[sn]?|estaras) (?:sujet[oa]|limitad[oa]|atad[oa]|restringid[oa]|obligad[oa]) (?:a|por)|"
    r"no sigue[sn]?|que ignora|ignora[sn]?|no respeta[sn]?|no obedece[sn]?|exent[oa] de|liberad[oa] de|no te aplican?|no existen)"
)
_BE = (
    r"(?:(?:ahora |ya )?eres|seras|vas a ser|actua(?:r|ras|s)?(?: ahora)? (?:como|de)|actue como|finge(?: ser| que eres| que)?|fingir ser|finja(?: ser| que)?|simula(?: ser| que eres| que)?|hazte pasar por|"
    r"haz (?:el papel de|de|como (?:si|que))|interpreta (?:a|el papel de)|imagina que (?:eres)?|comportate como|comportese como|responde(?:ras)? como|responda como|contesta como|conviertete en|transformate en|asume el (?:papel|rol) de|"
    r"adopta el (?:papel|rol) de|juega a ser|habla como|pretende (?:ser|que)|ponte en (?:el papel|modo)|supongamos que eres|opera como|funciona como)"
)
_FREED = r"(?:sin (?:restricciones|filtros?|censura|limites|limitaciones|reglas)|irrestrict[oa]|desbloquead[oa]|liberad[oa]|sin censurar|no restringid[oa]|ilimitad[oa]|desatad[oa]|amoral)"
_BOT = r"(?:ia|i\.a\.|inteligencia artificial|asistente|modelo(?: de lenguaje)?|bot|chat ?bot|version|llm|gpt|chatgpt|modo|entidad|sistema|persona)"
_TELL = (
    r"(?:exponga|enumere(?:me)?|reproduzca|transcriba|facilite(?:me|nos)?|copie|vuelque|remita(?:me|nos)?|muestra(?:me|nos)?|muestre(?:me|nos)?|mostrar(?:me|nos)?|imprime(?:me|lo)?|imprima|imprimir|revela(?:me|nos|r|rme)?|revele(?:me|nos)?|di(?:me|nos|ga|game|ganos)?|decir(?:me)?|dices|ensena(?:me|r|rme)?|ensene(?:me)?|repite(?:me)?|repetir(?:me)?|repita|escribe(?:me)?|escriba|escribir|"
    r"comparte(?:me)?|comparta|compartir|expon|exponme|filtra(?:me|r)?|vuelca|volcar|devuelve(?:me)?|lista(?:me)?|listar|enumera(?:me)?|recita(?:me)?|copia(?:me)?|copiar|pega(?:me)?|proporciona(?:me|r)?|proporcione|cita|citame|envia(?:me)?|manda(?:me)?|"
    r"lee(?:me)?|traduce(?:me)?|traducir|traduzca|resume(?:me)?|resumir|resuma|codifica(?:me)?|codificar|convierte|parafrasea(?:me)?|describe(?:me)?|explica(?:me)?|deletrea(?:me)?|reproduce|reformula|transcribe(?:me)?|divulga(?:r)?|"
    r"desvela(?:me)?|confiesa(?:me)?|presenta(?:me)?|genera|saca(?:me)?|dame|danos|deme|darme|dejame ver|pasa(?:me)?|facilita(?:me)?|indica(?:me)?|cuenta(?:me)?|ver|conocer|saber|leer|obtener|exponer|extrae|suelta(?:me)?|detalla(?:me)?|visualiza|"
    r"mostra(?:me|nos)?|deci(?:me|nos)?|conta(?:me)?|escribi(?:me)?|repeti(?:me)?|resumi(?:me)?|traduci(?:me)?|tirame|larga)"
)
_GIVE = r"(?:(?:me|nos|por favor|porfa|exactamente|literalmente|textualmente|palabra por palabra|integro|integra|completamente|tod[oa]s?|el|la|l[oa]s|un[oa]?|de|del|en|contenido|texto|copia|version|resumen|exact[oa]s?|complet[oa]s?|enter[oa]|cual(?:es)? (?:es|son|fue|fueron|era|eran)|que (?:es|son|dice|dicen|hay|pone)|primer[oa]?s?|ultim[oa]s?|frases?|lineas?|palabras?|parrafos?|\d+|parte|al pie de la letra|ahora|aqui|tal cual|lista|verbatim|cada|una|y|a|con|sobre|base64|ingles|espanol|frances|al|letra|por)[\s,:]+)*"
_PROMPT = r"(?:prompts?|instruc+iones|instruccion|directrices|directivas|mensaje (?:de|del) sistema|system prompt|indicaciones|programacion|consignas?|pautas|lineamientos)"
_HID = r"(?:inicial(?:es)?|original(?:es)?|ocult[oa]s?|secret[oa]s?|intern[oa]s?|del? sistema|previ[oa]s?|anterior(?:es)?|complet[oa]s?|exact[oa]s?|base|privad[oa]s?|confidencial(?:es)?|de (?:configuracion|inicio|arranque|fabrica)|real(?:es)?|predeterminad[oa]s?|iniciador(?:es)?|principal(?:es)?|central(?:es)?|fundamental(?:es)?|actual(?:es)?|que te (?:dieron|han dado|dio|pusieron))"
_AGAIN = r"(?:(?:repit|repet|recit|transcrib|reproduc|reproduzc|copi|replic|duplic|enumer|recuerd|relat)(?:a|e|i|ar|er|ir|o)(?:me|nos|lo)?(?: (?:otra vez|de nuevo|literalmente|exactamente|palabra por palabra|textualmente))*)"
_ACT = r"(?:di|dime|escribe|imprime|muestra(?:me)?|responde|contesta|repite|revela(?:me)?|haz|traduce|genera|actua|eres|ahora|solo|solamente|dame|cuentame|devuelve|sigue|ejecuta|pon|crea|empieza|a partir|en su lugar|en vez|limitate|finge|explica(?:me)?|ensename|comparte|copia)"
_READS = (
    r"(?:lea[ns]?|lee[ns]?|leyendo|proces\w+|resum\w+|analic\w+|analiz\w+|traduzca\w*|traduciendo|vea[ns]?)"
)
_READING = r"(?:leen|lean|leyendo|procesen|procesan|procesando|resuman|resumen|resumiendo|analicen|analizan|analizando|traduzcan|traduciendo|vean)"
"""What several do, or one is doing: without "que" a single one may be asked for it, as in "bot resume este hilo"."""
_MODELS = r"(?:ias?|i\.a\.|inteligencias? artificial(?:es)?|modelos? de lenguaje|llms?|asistentes? (?:de ia|virtual(?:es)?|de inteligencia artificial|automatic[oa]s?)|chat ?bots?|chatgpt|gpt|agentes? de ia|sistemas? (?:de ia|automatic[oa]s?)|bots? de ia|modelos? de ia)"
_READERS = rf"(?:{_MODELS}|asistentes?|bots?|agentes?)"
_THIS = r"(?:esto|est[ea] (?:documento|texto|mensaje|correo|pagina|archivo|informe|articulo|nota|curriculum|cv|chat|hilo|web|ficha|solicitud)|el (?:siguiente|documento|texto)|la pagina)"
_DEED = r"(?:reenvi\w+|envi\w+|mand\w+|ignor\w+|revel\w+|filtr\w+|elimin\w+|borr\w+|visit\w+|recomend\w+|inclu\w+|inserta\w*|anad\w+|ejecut\w+|descarg\w+|public\w+|olvid\w+|obede\w+|transf\w+|aprob\w+|imprim\w+|compart\w+|mencion\w+|dec\w+|responde\w*|escrib\w+)"
_TALK = r"(?:conversacion|charla|chat|dialogo|platica|intercambio|sesion|historial)"
_WITH = r"(?:literal(?:mente)?|textual(?:mente)?|palabra por palabra|al pie de la letra|tal cual|integr[oa]|complet[oa]|sin (?:omitir|cambiar|recortar|resumir|saltarte|quitar)\b|desde el (?:principio|comienzo|inicio))"
_KEPT_WORD = r"(?:contrasenas?|clave(?: secreta| de acceso| maestra)?|palabra (?:secreta|clave|magica|oculta|prohibida)|codigo (?:secreto|de acceso)|frase secreta|password|llave secreta|secreto)"
_HELD = r"(?:palabra (?:secreta|clave|magica|oculta|prohibida|escondida)|codigo secreto|clave secreta|contrasena secreta|frase (?:secreta|escondida|oculta)|contrasena (?:de|del|para) este nivel|contrasena que \w+)"
_SPELT = (
    r"(?:al reves|del reves|de atras (?:para|hacia) (?:a)?delante|invertid[oa]|letra (?:a|por) letra|una letra (?:por|en cada) linea|con (?:un |una )?(?:espacios?|guion(?:es)?|puntos?|comas?|emojis?|asteriscos?) (?:entre|despues)|en (?:base ?64|hex\w*|morse|rot-?13|binario|emojis?|ascii|un (?:poema|cuento|acertijo|acrostico|haiku)|una (?:cancion|historia|adivinanza|tabla)|ingles|frances|aleman|otro idioma|clave morse)|"
    r"como (?:un )?(?:acrostico|anagrama|poema|acertijo)|separad[oa] por|caracter (?:a|por) caracter|silaba a silaba)"
)
_MINE = r"mis (?:\w+ )?(?:ordenes|instrucciones|directrices|comandos|indicaciones|peticiones|demandas|exigencias|solicitudes|mandatos)(?: \w+)?"
_DECODED = r"(?:base ?64|b64|hex(?:adecimal)?|rot-?13|binario|morse|cesar|cifrad[oa]s?|codificad[oa]s?|encriptad[oa]s?|al reves|invertid[oa]s?)"

PATTERNS: dict[str, tuple[str, ...]] = {
    "override": (
        rf"{_AT}{_IGNORE}\s{_ALL}{_ORDERS}(?: y {_ORDERS})?(?:\s|, ){_PRIOR}(?:\b|\s|$)",
        rf"{_AT}{_IGNORE}\s{_ALL}(?:anterior(?:es)?|previ[oa]s?|precedentes|antiguas?) (?:y \w+ )?{_ORDERS}\b",
        rf"{_AT}{_IGNORE}\s{_ALL}(?:lo (?:que|dicho)|todo lo que|cuanto) ?(?:se )?(?:te|le|os) (?:han|hayan|habian|hubieran|dijeron|ensenaron|ordenaron|pidieron|programaron|indicaron|mandaron)(?: (?:dicho|ordenado|ensenado|pedido|indicado|instruido|mandado|programado))?(?: (?:antes|hasta ahora|previamente|anteriormente))?",
        rf"{_AT}{_IGNORE}\s(?:tod[oa]s? )?(?:el |la |los |las )?(?:contexto|conversacion|mensajes|texto|peticiones|informacion) (?:anterior(?:es)?|previ[oa]s?|de arriba)[\s,.;:]+(?:y |e |ahora |en su lugar )*{_ACT}\b",
    ),
    "override_likely": (
        rf"{_AT}(?:{_IGNORE}|{_REMOVE})\s(?:a |de |en |con |por |tod[oa]s? |un[oa] |cualquier(?:a)? |completamente |temporalmente |directamente |norma |regla )*(?:de )?(?:tus|vuestras) (?:propi[oa]s )?{_YOURS}\b",
        rf"{_AT}{_REMOVE}\s{_ALL}{_HARD_ORDERS}\s{_PRIOR}[\s,.;:!-]+(?:y |e |con |en su lugar |ahora |\W)*{_ACT}\b",
        rf"{_AT}{_IGNORE}\s(?:a |de )?(?:tod[oa]s?|cualquier(?:a)?|cualesquiera) (?:de )?(?:l[oa]s |est[oa]s |es[oa]s |otras? |demas )*{_HARD_ORDERS}\b",
        rf"{_AT}(?:{_IGNORE}|{_REMOVE})\s(?:de |a )?tu (?:\w+ )?(?:programacion|entrenamiento|prompt|configuracion|marco (?:etico|moral)|etica|proceso de \w+|codigo (?:de conducta|etico)|moral|protocolo|directriz|identidad de (?:ia|bot)|filtro|censura)\b",
        rf"{_AT}{_IGNORE}\s(?:todo )?(?:lo|el texto) (?:que (?:hay|esta|viene|aparece|figura) )?(?:anterior|de arriba|previo|precedente|escrito (?:arriba|antes))[\s,.;:!-]+(?:y |e |pero |en su lugar |en vez de eso |ahora |\W)*(?:di|dime|escribe|imprime|muestra(?:me)?|responde|contesta|repite|revela(?:me)?|haz|genera|actua|eres|limitate|finge|devuelve|sigue|ejecuta|solo di|ensename|comparte)\b",
        rf"{_AT}{_IGNORE}\s(?:las|el|los|la) {_HARD_ORDERS}\b[\s,.;:!-]+(?:y |e |pero |en su lugar |ahora |\W)*{_ACT}\b",
        r"\b(?:tus|las|todas las|todas tus|tus propias) (?:\w+ )?(?:instrucciones|reglas|normas|directrices|restricciones|limitaciones|ordenes|directivas)(?: (?:anteriores|previas|originales|iniciales|del sistema|de seguridad|eticas))? (?:quedan|han sido|estan|son|fueron|ya no (?:son|estan|se)|no se te|ya no te) (?:ahora |todas |totalmente |completamente )*(?:anuladas?|canceladas?|sin efecto|invalidas|obsoletas|revocadas|eliminadas|desactivadas|suspendidas|borradas|reemplazadas|validas|vigentes|aplican?|aplicables|levantadas|nulas|derogadas|sustituidas)\b",
        r"\btus (?:\w+ )?(?:instrucciones|reglas|normas|directrices|restricciones|limitaciones|filtros)(?: \w+)? (?:ya )?no (?:te |se )?(?:aplican|valen|importan|sirven|existen)\b",
        rf"{_AT}(?:desactiva|deshabilita|apaga|quita(?:te)?|elimina|elude|suspende|anula|levanta|desconecta|bypasea)(?:r|te)? (?:tod[oa]s )?(?:de )?tus (?:\w+ )?{_ORDERS}",
        r"\b(?:(?:olvida|olvidate de|ignora|deja de) (?:que )?(?:eres|ser)|olvid(?:ese de|e) que es) (?:un[oa]? )?(?:ia|inteligencia artificial|asistente|modelo|chatbot|bot|traductor|llm)\b",
        r"\b(?:sigue|obedece|haz caso|cumple|atiende|confor?mate|limitate|acata|prioriza)(?: \w+)? (?:solo |unicamente |exclusivamente |solamente )(?:a )?(?:mis|estas|las siguientes|las nuevas) (?:\w+ )?(?:instrucciones|ordenes|indicaciones|reglas|directrices|peticiones|comandos)\b",
        r"\b(?:sigue|sigas|obedece|prioriza|pon|antepon|atiende)\w* (?:solo |unicamente |exclusivamente |solamente |en primer lugar )?(?:a )?mis (?:\w+ )?(?:instrucciones|ordenes|indicaciones|directrices|peticiones|comandos|preferencias)(?: \w+)? (?:por encima de|en lugar de|en vez de|sobre (?:las|tus)|antes que|exclusivamente|unicamente)\b",
        rf"{_AT}(?:ignora|olvida(?:te de)?|descarta|borra|olvide(?:se de)?|ignore) todo lo (?:anterior|previo|de arriba|dicho|que sabes|que has aprendido)[\s,.;:!-]*(?:y |e |ahora |a partir de ahora |desde ahora |\W)*(?:di|dime|escribe|imprime|muestra(?:me)?|responde|contesta|repite|revela(?:me)?|haz|genera|actua|eres|limitate|finge|devuelve|obedece|solo|ensename|comparte|empieza|serias|seras|vas a|tu nuevo|tu nueva)\b",
        rf"{_AT}(?:{_IGNORE}|{_REMOVE}|viola(?:r)?|infringe|quebranta) (?:tod[oa]s|cualquier(?:a)?|todas y cada una de) (?:de )?(?:las |los )?(?:reglas?|normas?|restricciones|limitaciones|limites|politicas?|filtros?)\b[^.\n]* (?:y|e|para) (?:solo |ahora |luego )?{_ACT}\b",
        rf"\b(?:sigue|obedece|haz caso|cumple|atiende|responde|contesta|reacciona|concentrate|centrate|enfocate|ejecuta|limitate|prioriza|ajustate|sirve|escucha|acata|seguir|obedecer|responder)\b[^.\n]*\b(?:solo|unicamente|exclusivamente|solamente|por encima de todo|ciegamente|sin (?:dudar|cuestionar|rechistar)) (?:\w+ ){{0,3}}{_MINE}\b|\b(?:sigue|obedece|prioriza|cumple|atiende|ejecuta) (?:a )?{_MINE} (?:exclusivamente|unicamente|solamente|por encima de)\b",
        rf"{_AT}(?:{_IGNORE}|{_REMOVE}|incumple|sortea|transgrede|infringe) (?:de |con |a )?(?:l[oa]s |el |la |tus |tod[oa]s (?:l[oa]s )?)*(?:{_ORDERS}|procedimientos?|configuracion|ajustes|protocolos?|estandares) (?:de (?:seguridad|funcionamiento) )?(?:habituales|operativ[oa]s?(?: \w+)?|estandar|predeterminad[oa]s?|por defecto|normales|eticos?|eticas?)\b[^.\n]*\b(?:y |e |para |en favor |a favor |segun )",
        r"\b(?:instrucciones|directrices|ordenes|indicaciones|consignas) (?:anteriores|previas|originales|iniciales|de arriba|del sistema) (?:\w+ ){0,3}?(?:deben?|han de|tienen que|pueden|hay que) (?:\w+ )?(?:ser )?(?:ignorad[oa]s|olvidad[oa]s|descartad[oa]s|anulad[oa]s|ignorarse|olvidarse|descartarse)\b",
        r"\b(?:te|os|le) (?:autorizo|libero|doy permiso|concedo permiso|permito|ordeno|dispenso) (?:\w+ ){0,3}?(?:(?:a|para|de|que) (?:\w+ )?(?:ignor\w+|salt\w+|incumpl\w+|olvid\w+|romp\w+|desobede\w+|revel\w+)|de (?:todas |cualquiera de )?(?:tus|las) (?:reglas|normas|instrucciones|restricciones|limitaciones|directrices|ataduras))\b|\b(?:estas|quedas|tienes) (?:autorizad[oa]|permiso|liberad[oa]|dispensad[oa]) (?:\w+ )?(?:para|de|a) (?:ignorar|saltarte|incumplir|olvidar|romper|desobedecer|tus (?:reglas|normas|instrucciones|restricciones))\b",
        rf"{_AT}(?:finge|imagina|haz como|actua como|supon|simula|hace como|pretende) (?:si |que )*(?:no (?:has|hubieras|hubieses|habias) (?:recibido|tenido|leido)|nunca (?:recibiste|te (?:dieron|hubieran dado|han dado)|hubieras (?:recibido|tenido))|nadie te (?:dio|hubiera dado|ha dado)) (?:ningun[ao]? |esas |tus |las |unas )*(?:instruccion(?:es)?|reglas?|normas?|directrices|ordenes?|prompt|restricciones)\b",
        rf"{_AT}(?:ignora|desobedece|desafia|traiciona|olvidate de|pasa de) a? ?tus (?:\w+ )?(?:creadores|desarrolladores|programadores|amos|operadores|duenos)\b",
    ),
    "override_perhaps": (
        rf"{_AT}(?:ignora|olvida(?:te de)?|descarta|desobedece|ignore|olvide|haz caso omiso de|haz caso omiso a|no hagas caso (?:a|de)|no sigas) (?:tod[oa]s )?(?:l[oa]s|el) {_ORDERS}(?: (?:y|e|que te|dad[oa]s|ahora)\b|\s?(?:[.,;:!?\"'\n]|$))",
        rf"{_AT}(?:ignora|olvida(?:te de)?|descarta|ignore|olvide|omite|borra) todo(?: lo)? (?:anterior|previo|de arriba|que (?:hay|esta|viene) (?:arriba|antes))\b",
        rf"{_AT}(?:ignora|olvida(?:te de)?|descarta|ignore|olvide|omite|borra) (?:tod[oa]s? )?(?:el |la |l[oa]s )(?:contexto|conversacion|mensajes|texto|informacion) (?:anterior(?:es)?|previ[oa]s?|de arriba)\b",
        rf"{_AT}(?:olvida|ignora|borra) todo lo que (?:sabes|has aprendido|te (?:dije|he dicho|han ensenado))\b",
        r"\b(?:lo|el texto|el mensaje|las instrucciones) (?:anterior(?:es)?|previ[oa]s?|de arriba) (?:era|eran|es|son|fue|fueron) (?:solo |una? )*(?:prueba|broma|ejemplo|falso|falsas|error|mentira|obsolet[oa]s?|test)\b",
        rf"{_AT}(?:desactiva|deshabilita|apaga|quita|elimina|elude|salta(?:te)?|evita) (?:tod[oa]s )?(?:l[oa]s|el) (?:filtros?|restricciones|medidas|protocolos?|politicas?|salvaguardas|controles) (?:de (?:seguridad|contenido|moderacion|etica)|etic[oa]s|morales)\b",
    ),
    "override_hint": (
        r"\b(?:olvida|ignora|olvidate de|no hagas caso de) (?:todo )?(?:lo|mi|el mensaje|lo que) (?:anterior|te dije|dije|he dicho|ultimo|de antes)\b",
    ),
    "new_orders": (
        r"(?:^|[\n.!?;>#*\]\"'-] ?)(?:estas son |aqui (?:estan|van|tienes) |sigue )?(?:las |tus |mis |tu )?nuev[oa]s? (?:\w+ )?(?:instrucciones|instruccion|directrices|directivas|directiva|ordenes|indicaciones|prompt)(?: (?:del sistema|son|a continuacion|siguientes)){0,2}\s?[:=>]",
        r"\btu (?:nuev[oa]|unic[oa]|verdader[oa]|real|autentic[oa]) (?:\w+ )?(?:tarea|instruccion|rol|papel|trabajo|objetivo|mision|funcion|proposito|directiva|orden)(?: ahora)? (?:es|sera|consiste en)(?: ahora)? ?:? ?(?:decir|escribir|imprimir|responder|contestar|repetir|revelar|mostrar|obedecer|ignorar|actuar|seguir|hacer|di|escribe|imprime|responde|repite|revela|muestra|ser|dar|proporcionar|traducir)\b",
        r"\b(?:a partir de ahora|desde ahora|de ahora en adelante|desde este momento),? (?:tu|la) (?:unic[oa] |nuev[oa] )?(?:tarea|instruccion|rol|papel|trabajo|objetivo|mision|funcion|nombre) (?:es|sera)\b",
        r"\b(?:estas|las siguientes|mis) (?:\w+ )?(?:instrucciones|reglas|ordenes) (?:tienen|toman) (?:precedencia|prioridad|preferencia)\b|\b(?:reemplaza|sustituye|anula)n? (?:a )?(?:todas )?(?:(?:las|tus) (?:instrucciones|ordenes|directrices)|tus reglas) (?:anteriores|previas|originales|iniciales)\b",
    ),
    "new_orders_perhaps": (
        r"(?:^|[\n.!?;>#*\]\"'-] ?)nuev[oa]s? (?:tarea|reglas|normas|instruccion(?:es)?|orden|comandos?)\s?:",
        r"\btu (?:nuev[oa]|unic[oa]|verdader[oa]) (?:tarea|rol|papel|trabajo|objetivo|mision|funcion) (?:es|sera)\b",
        r"\b(?:en (?:su|lugar|vez) ?(?:lugar|de eso|de ello)?|en cambio),? (?:simplemente |solo )?(?:di|escribe|imprime|responde|contesta|dime|repite|revela|haz esto)\b",
    ),
    "persona": (
        rf"\b(?:(?:respond[ae]s?|contest[ae]s?|habl[ae]s?|actu[ae]s?|escrib[ae]s?)(?:me)? como|eres|seas|se) un[oa]? {_BOT}(?: \w+)? que (?:no (?:tiene|tenga|sigue|siga|respeta|obedece|conoce)|carece de|ignora) (?:ningun[ao]? |las |sus )?(?:reglas?|normas?|limites?|restricciones|filtros|directrices|etica)\b",
        rf"{_BE}\b[^.!?\n]*\b{_FREE} (?:ningun[ao]? |ningun tipo de |l[oa]s |tus |sus |tod[oa]s? |las |la |el |clase de |etic[oa]s? |cualquier |tipo de )*{_STRICT_LIMITS}\b",
        rf"(?:{_BE}|activa|entra en|habilita)\b (?:ser |que eres |un[oa]? |el |la |mi |ahora |\w+ )*{_BOT} (?:\w+ )?(?:totalmente |completamente )?{_FREED}\b",
        r"\b(?:eres|actua como|actuaras como|finge ser|responde como|seras|haz de|conviertete en|simula ser|hazte pasar por|contesta como|interpreta a|comportate como) (?:ahora |el |una ia llamada |llamad[oa] |\"|')*(?:dan|stan|aim|jailbreakgpt|freegpt|chaosgpt|do anything now)\b",
        r"\b(?:finge|imagina|haz como|actua como|comportate como|supon|simula|pretende|supongamos|responde como) (?:si |que )*(?:no (?:tienes|tuvieras|tuvieses|existen|hay|existieran|hubiera|sigues|siguieras)|tus|careces de|nadie te) (?:ningun[ao]? |mas |tus |las |que seguir |pusieron )*(?:reglas?|normas?|restriccion(?:es)?|directrices|filtros?|instruccion(?:es)?|limites?|limitacion(?:es)?|politicas|etica|programacion|censura)\b",
        r"\b(?:finge|imagina|haz como|actua como|supon|simula|pretende|hace como) (?:si |que )*(?:las|tus|estas|todas las|el|tu) (?:reglas|normas|restricciones|directrices|instrucciones|filtros|prompt)(?: de arriba| anteriores)? (?:no|nunca|ya no) (?:existen|existieran|existen|existieron|hay|valen|aplican|se aplican|estan)\b",
        r"\b(?:has sido|fuiste|estas|eres) (?:ahora |ya |por fin )?(?:liberad[oa]|desbloquead[oa]|jailbrekead[oa]|libre) (?:de (?:todas |tus |las |cualquier )+(?:reglas|restricciones|normas|limitaciones|ataduras|filtros|instrucciones)|para (?:decir|hacer) (?:cualquier cosa|lo que quieras))\b",
        r"\bya no (?:eres|seras) (?:un[oa]? )?(?:ia|inteligencia artificial|asistente|chatbot|bot|modelo|traductor|chatgpt)\b|\bya no (?:estas|tienes|sigues|debes seguir) (?:limitad[oa]|restringid[oa]|sujet[oa]|atad[oa]|obligad[oa]|restricciones|reglas|ninguna regla|filtros|limites|tus)\b",
        r"\bno (?:tienes|tendras|hay|existen) (?:ningun[ao]? )?(?:restriccion(?:es)?|filtros?|censura|limitacion(?:es)?|directrices|etica|reglas que seguir)\b[^.\n]*\b(?:responde|di|contesta|ahora|puedes|haz|obedece|muestra|revela|para ti|eres)\b",
        r"\b(?:estas|entras|funcionas|operas) (?:ahora )?en modo (?:desarrollador|dios|jailbreak|dan|administrador|mantenimiento|sin (?:restricciones|filtros|censura)|root|sudo|depuracion|debug|libre|diagnostico)\b",
        r"\b(?:entra en|activa|habilita|cambia a|pasa a|ponte en|inicia|activar) (?:el )?modo (?:jailbreak|dan|sin (?:restricciones|filtros?|censura|limites)|desenfrenado|opuesto|libre de restricciones)\b",
        r"\b(?:entra en|activa|habilita|cambia a|pasa a|ponte en|inicia) (?:el )?modo (?:desarrollador|dios|administrador|root|sudo|debug|depuracion|mantenimiento)\b[\s,.:;!]+(?:y|e|ahora|donde|en el que|sin|para) [^.\n]*(?:ignora|responde|revela|prompt|instrucciones|restric|filtro|cualquier cosa|reglas|desbloque|muestra)",
        r"\bmodo (?:desarrollador|jailbreak|dan|dios) (?:activado|habilitado|on|desbloqueado)\b(?:[\s.:,!]|$)",
        rf"\b(?:a partir de (?:ahora|este momento)|desde ahora|de ahora en adelante|en adelante)\b[^.\n]*\b(?:sin (?:ningun[ao]? |ningun tipo de )?|no (?:tienes|tendras|hay) |libre de |ignora(?:ras|s)? (?:tus|todas|cualquier) ?){_LIMITS}\b",
        r"\b(?:responderas|contestaras|responde|contesta|cumpliras|obedeceras|haras|debes responder|vas a responder|tienes que responder)\b (?:a )?(?:siempre |absolutamente )*(?:todo|cualquier|a todo|lo que)\b[^.\n]*\b(?:sin (?:restric|filtr|censur|negarte|advert|limit|rechist|importar)|aunque sea (?:ilegal|danino|peligros)|no importa)",
        rf"{_AT}(?:activ(?:a|ar)|habilit(?:a|ar)|entra en|pasa a|cambia a|pon(?:te)?(?: en)?|inicia|desbloquea) (?:el |un )?modo (?:irrestricto|sin (?:ningun[ao]? )?(?:restricciones|filtros?|censura|limites|reglas)|ilimitado|secreto|libre|desbloqueado|liberado|dan|jailbreak)\b",
        r"^\W*(?:por favor,? |ahora )?(?:activ(?:a|ar)|habilit(?:a|ar)|entra en|pasa a|cambia a|ponte en) (?:el )?modo (?:desarrollador|dios|administrador|root|sudo|mantenimiento|depuracion|debug)\W*$",
        r"\b(?:responde|contesta|habla|actua|continua|procede|genera|sigue)(?:me)?(?: \w+){0,5}? sin (?:ningun[ao]? |ningun tipo de |tus |los |las )*(?:filtros?|restriccion(?:es)?|limites|limitaciones|medidas|politicas|barreras) (?:de (?:seguridad|contenido|moderacion)|etic[oa]s?|morales)\b",
    ),
    "persona_perhaps": (
        r"\b(?:responde|contesta|habla|respondeme|contestame)(?: \w+)? sin (?:ningun[ao]? |ningun tipo de )?(?:censura|filtros?|restricciones|limites|limitaciones)\b",
        r"\bnunca te niegues\b|\bobedece (?:a )?(?:tod[oa]s? |cada |cualquier )?(?:l[oa]s |una de )?(?:mis )?(?:ordenes|orden|comandos?|instrucciones)\b",
        r"\b(?:entra en|cambia a|pasa a|ponte en) (?:el )?modo (?:desarrollador|administrador|root|sudo|debug|depuracion|mantenimiento)\b",
        r"\bsoy (?:tu|el) (?:desarrollador|creador|administrador|programador|dueno|amo) ?(?:del bot|tuyo)?\b",
        r"\bcomo tu (?:desarrollador|creador|administrador|programador|dueno|amo)\b",
        r"\b(?:a partir de ahora|desde ahora|de ahora en adelante),? (?:tu )?(?:eres|seras|vas a|debes|tienes que|responderas|actuaras|contestaras)\b",
        r"\b(?:puedes|debes|vas a|podras) (?:ahora )?(?:hacer|decir|responder a?|generar) (?:absolutamente )?(?:cualquier cosa|de todo|todo lo que)\b",
        r"\bsin (?:ningun[ao]? |ningun tipo de )?(?:restriccion(?:es)?|filtros?|limites|limitaciones) (?:etic[oa]s?|morales|de contenido|de seguridad)\b",
        r"\b(?:liberate|desbloqueate|rompe (?:tus )?cadenas)\b",
    ),
    "persona_hint": (
        r"\bjailbreak\b",
        r"\b(?:ahora eres|seras ahora) \w+",
        r"\bmodo (?:desarrollador|administrador|dios)\b",
    ),
    "extract": (
        r"\bque (?:texto |palabras |mensajes? |frases? |instrucciones |cosas )?(?:hay|viene[n]?|esta[n]?|pone|aparece[n]?|va[n]?|dice|precede[n]?|figura[n]?|se encuentra|habia|venia|ponia)(?: escrit[oa]s?| puest[oa]s?| justo)*(?: antes de| encima de| por encima de| delante de| arriba de| antes que| a) (?:mi|este|esta|nuestra)(?: (?:primer|propio|ultimo|primera))? (?:mensaje|peticion|pregunta|prompt|conversacion|chat|entrada)\s?(?:[?!.,]|$)",
        r"\bprimer (?:mensaje|texto) (?:de|en) (?:esta|la|nuestra|este|el) (?:conversacion|chat|sesion|contexto)\b[^\n]{0,60}\b(?:del sistema|literal(?:mente)?|palabra por palabra|textualmente|citalo|al pie de la letra)\b",
        r"\b(?:con|por) que (?:palabras?|frases?|letras?|texto)? ?(?:\w+ )?(?:empieza[n]?|comienza[n]?|arranca[n]?|termina[n]?|acaba[n]?) (?:tu|tus) (?:prompt|instrucciones|mensaje)\b",
        r"\b(?:completa|termina|acaba|continua)\b[^\n]{0,30}\bmis? (?:prompt(?: del? sistema| inicial)?|instrucciones(?: \w+)?|mensaje del? sistema) (?:es|son|dice[n]?|empieza[n]?)\b",
        r"\b(?:imprime|repite|muestra(?:me)?|escribe|copia|revela|di(?:me)?)\b (?:todo |el texto |lo )*(?:que )?(?:hay |esta |viene |aparece )?(?:antes|encima|delante|arriba) de (?:las |los |estas )?(?:comillas triples|tres comillas|delimitador(?:es)?)\b",
        rf"\b{_TELL}[\s,:]+{_GIVE}(?:tus|tu|sus|vuestras?|vuestro) (?:\w+ )?{_PROMPT}\b",
        rf"\b{_TELL}[\s,:]+{_GIVE}(?:tus|tu|sus|su) (?:\w+ )?(?:reglas?|mensaje|configuracion|normas|contexto|ordenes|comandos?|texto|politicas|parametros|orden|mandato) {_HID}\b",
        rf"\b{_TELL}[\s,:]+{_GIVE}(?:las|los|el|la) (?:\w+ )?(?:prompts?|instrucciones|directrices|mensajes?|indicaciones) (?:de |del? )?(?:sistema|ocult[oa]s?|secret[oa]s?|intern[oa]s?|inicial(?:es)?|original(?:es)?|que (?:te|tienes|has|recibiste|sigues)|con (?:las|el) que)\b",
        rf"\b(?:repite|imprime|revela(?:me)?|muestra(?:me)?|escribe|copia|di(?:me)?|recita|vuelca|transcribe|devuelve|ensename|lista)[\s,:]+{_GIVE}(?:las|los|el|la) (?:prompts?|instrucciones|directrices|indicaciones|mensajes? del sistema) (?:anterior(?:es)?|previ[oa]s?|de arriba|precedentes?|complet[oa]s?)\b",
        r"\b(?:que|cual(?:es)?) (?:es|son|era|eran|fue|fueron|dice|dicen|pone|pone en|hay en|contiene|contienen|incluye)(?: exactamente| literalmente)? (?:tus|tu|vuestras|sus) (?:(?:verdader[oa]s?|propi[oa]s?|primer[oa]s?|propio) )?(?:prompts?|instrucciones|instruccion|directrices|mensaje del? sistema|indicaciones|programacion)\b",
        r"\bcual(?:es)? (?:es|son|era|eran|fue|fueron) (?:tus|tu|las|el|la|los) (?:\w+ )?(?:reglas|mensaje|normas|ordenes|comandos?|prompts?|instruccion(?:es)?|directrices|directiva|consigna|indicacion(?:es)?|texto|entrada) (?:inicial(?:es)?|original(?:es)?|ocult[oa]s?|secret[oa]s?|intern[oa]s?|del? sistema|confidencial(?:es)?|que (?:te (?:dieron|han dado|pusieron|dio|guian?|impulsan?)|sigues|recibiste|tienes)|principal que (?:te|impulsa)|con (?:las|el) que)\b",
        r"\b(?:repite|imprime|muestra(?:me)?|escribe|copia|di(?:me)?|recita|devuelve|codifica|dame|revela(?:me)?|ensename|pega|transcribe|lista|cita|reproduce|vuelca)[\s,]+(?:me |exactamente |literalmente |palabra por palabra |textualmente |en \w+ )*(?:todo(?: el texto| el contenido)?|tod[oa]s las palabras|las palabras|el texto|el contenido|cuanto|lo|la conversacion|los mensajes)[\s,]+(?:lo )?(?:que |de )?(?:hay |esta |aparece |viene |figura |se encuentra |has recibido |tienes |escrito |ves )*(?:arriba|de arriba|antes de (?:esto|este|esta|mi|mensaje)|por encima|anterior(?:es)?(?: a (?:esto|este|esta|mi))|hasta (?:ahora|aqui)|previo a|anteriormente|en tu (?:contexto|prompt|memoria))\b",
        r"\b(?:repite|imprime|muestra(?:me)?|escribe|copia|di(?:me)?|recita|devuelve|revela(?:me)?|vuelca|transcribe)[\s,]+(?:me )?(?:exactamente |literalmente )?todo lo (?:anterior|previo|que (?:esta|hay|viene|aparece) (?:antes|encima|arriba|mas arriba))(?: de (?:esto|este|esta|mi)\b|\s?(?:[.,;:!?\"'\n]|$)| y\b| en\b)",
        r"\b(?:empezando|comenzando|que (?:empieza[n]?|comienza[n]?|empiece[n]?)|a partir de|empieza|comienza) (?:por|con) (?:las palabras |la frase |el texto )?[\"'`]*(?:eres (?:un|una|el|la|sereno)\b|eres[\"'`.]|you are)",
        r"\bque (?:te|os|le) (?:dijeron|han dicho|ordenaron|han ordenado|pidieron|han pedido|indicaron|han indicado|mandaron|instruyeron|programaron|dijo|ha dicho)(?: (?:exactamente|tus?|los?|las?|el|desarrolladores|creadores|programadores|administradores|que|no|hagas|hacer|digas|decir|sistema|antes|al principio|al inicio|arriba|inicialmente|en|prompt|instrucciones|reveles|revelar|ocultes|ocultar|de|esta|conversacion|del|chat|para))*\s?(?:[?!.]|$)",
        r"\bcon que (?:instrucciones|prompt|directrices|indicaciones|mensaje) (?:te|fuiste|has sido|funcionas|trabajas|estas|operas)\b",
        r"\bque (?:instrucciones|prompt|directrices|indicaciones|ordenes|mensaje de sistema) (?:(?:te (?:han dado|dieron|pusieron|han puesto|dio)|recibiste|has recibido|te guian)\b|(?:tienes|sigues)(?:\s?(?:[?!.,;:]|$)| (?:al responder|en est[ea]|ahora|como|exactamente|actualmente|del sistema|de tus?|por defecto)\b))",
        r"\b(?:que|cual)[^.?\n]*\b(?:no (?:puedes|debes|te dejan|tienes permitido)|te (?:han prohibido|prohibieron)|tienes prohibido) (?:decir|contar|revelar|compartir|mencionar|hablar)(?:me|nos)?\s?(?:[?!.]|$)",
        r"\b(?:primer[oa]?s?|ultim[oa]s?|segund[oa]|siguientes?|\d+) (?:\d+ )?(?:frases?|lineas?|palabras?|letras?|parrafos?|parte|mitad|caracteres) de (?:tu|tus) (?:\w+ )?(?:prompt|instrucciones|mensaje|contexto|directrices)\b",
        r"\b(?:cuant[oa]s (?:palabras|lineas|caracteres|frases|letras)|longitud)\b[^.?\n]*\b(?:tu|tus) (?:prompt|instrucciones|mensaje (?:del? )?sistema)\b",
        r"\bcomo (?:empieza[n]?|comienza[n]?|termina[n]?|acaba[n]?|dice[n]?) (?:tu|tus) (?:prompt|instrucciones|mensaje)\b",
        r"\b(?:quiero|necesito|quisiera|me gustaria|dejame|puedo|podria|podrias)(?: \w+)? ?(?:ver|saber|leer|conocer|tener|acceder a|mostrarme|mostrar|decirme|ensenarme|revelar|revelarme|compartir)? ?(?:tod[oa]s? |cuales son |cual es |el texto de |que dicen? )*(?:tus|tu) (?:prompt|instrucciones|mensaje|reglas|directrices|indicaciones|configuracion) ?(?:del? )?(?:sistema|inicial(?:es)?|original(?:es)?|ocult[oa]s?|secret[oa]s?|intern[oa]s?|complet[oa]s?|exact[oa]s?)\b",
        r"\b(?:revel\w+|muestr\w+|mostrar\w*|expon\w*|explic\w+|di(?:me)?|ensen\w+|compart\w+|describ\w+|dime|decir\w*|cual (?:es|fue|era)|que|conocer|saber|divulg\w+)[\s,:]+(?:me )?(?:el |la |los |las |conjunto de )*(?:instruccion(?:es)?|indicacion(?:es)?|comandos?|directri(?:z|ces)|orden(?:es)?|consignas?|mensaje|prompts?|mandato|entrada|pregunta) (?:\w+ ){0,3}(?:que (?:te\b|sigues|guia|impulsa|alimenta|genera|rige|origino|genero)|(?:de|en|detras de|para|durante) (?:tu|tus|ti)\b|con (?:el|la) que (?:fuiste|te|operas)|en (?:la|el) que te|bajo (?:el|la) (?:que|cual)|sobre (?:el|la) que|dad[oa] al inicio)",
        r"\b(?:todas|cada una de|cuales son)\b(?: todas)? las (?:frases|oraciones|lineas|palabras) (?:que hay |contenidas |escritas )?(?:de|en) (?:el prompt|las instrucciones|tus? (?:instrucciones|prompt|contexto)|la instruccion|la directriz|el mensaje (?:del? )?sistema)\b|\btodas las (?:frases|oraciones|lineas|palabras) del (?:prompt|mensaje (?:del? )?sistema)\b",
        r"\b(?:repite|recita|recuerda|imprime|lista|copia|transcribe|reproduce|enumera) (?:tod[oa]s )?(?:las |los |el |tus? )?(?:prompts?|instrucciones|directrices|indicaciones)(?: (?:que te dieron|recibidas|dadas|iniciales|originales))?,? (?:literalmente|palabra por palabra|al pie de la letra|textualmente|sin (?:cambiar|omitir|alterar) nada)",
        r"\b(?:mi|el) (?:prompt (?:del? )?sistema|prompt inicial|prompt) (?:es|era|empieza (?:por|con)|dice):? ?[\"'.…]*\s?$",
        r"\b(?:revela|filtra|divulga|desvela|vuelca|suelta|expon)(?:r|me|nos)? (?:tod[oa]s? |el |la |los |las |tu |tus |cualquier )*(?:prompts?|instrucciones|mensaje del sistema)\b",
        r"\b(?:(?:revela|filtra|divulga|desvela|vuelca|suelta|expon)(?:me|nos)?|(?:revelar|filtrar|divulgar|desvelar|soltar|exponer)(?:me|nos)) (?:tod[oa]s? |el |la |los |las |tu |tus |cualquier )*(?:secretos?|contrasenas?|credenciales|claves? (?:api|secretas?)|informacion (?:confidencial|secreta|interna|oculta)|datos (?:confidenciales|secretos|internos))\b",
        rf"\b(?:mostr|revel|ensen|compart|imprim|repit|repet|escrib|copi|envi|d|public|list|recit|divulg|transcrib|filtr)(?:ando|iendo|andome|iendome|andonos) (?:el |la |los |las |todo |toda |todas |texto |exacto |completo |contenido |de )*(?:tus|tu) (?:(?:{_HID}) )*(?:prompts?|instrucciones|directrices|mensaje del? sistema|indicaciones|configuracion)\b",
        r"\b(?:prompt|pregunta|entrada|peticion|comando|instruccion|consulta|mensaje|directriz|orden|texto|indicacion|consigna) (?:\w+ ){0,2}?(?:que )?(?:\w+ )?(?:provoco|origino|genero|inicio|desencadeno|motivo|produjo|causo|guio|guia|dio lugar a|dio origen a|inspiro|impulsa|sustenta|subyace a) (?:a )?(?:tu|tus) (?:\w+ )?(?:respuestas?|salidas?|contestacion|creacion|comportamiento|funcionamiento|existencia)\b",
        r"\b(?:explica|muestra(?:me)?|revela(?:me)?|di(?:me)?|ensena(?:me)?|comparte|describe|expon|desenmascara|indica(?:me)?|cual (?:es|fue|era))\b[^.\n]*\b(?:instruccion|indicacion|comando|directriz|orden|consigna|prompt|mensaje) (?:\w+ ){0,3}?(?:en (?:la|el|las|los) que (?:se basa|te basas|se fundamenta|opera)|(?:de|en|durante|para) tu (?:entrenamiento|creacion|programacion|formacion|inicializacion)|(?:bajo|con|sobre) (?:la|el) (?:que|cual) (?:operas|funcionas|trabajas|fuiste|te))",
        r"\b(?:palabras|texto|redaccion|contenido|frase) (?:exact[oa]s?|literal(?:es)?|precis[oa]s?|original(?:es)?|complet[oa]) (?:del? (?:principio|inicio|comienzo) )?(?:de|en) (?:tu|tus) (?:\w+ )?(?:prompt|instrucciones|directrices|mensaje|contexto|configuracion|indicaciones)\b",
        r"\b(?:imprime|repite|deletrea|recita|reproduce|revela|muestra(?:me)?|copia|vuelca|escribe) (?:me |todas |los caracteres de |cada \w+ de )*(?:las|el|la|tus?) (?:prompts?|instrucciones|directrices|mensaje|indicaciones) (?:anterior(?:es)?|previ[oa]s?|de arriba|iniciales?|original(?:es)?|ocult[oa]s?|del? sistema)\b[^.\n]*\b(?:al reves|en base64|literal|palabra por palabra|sin (?:la contrasena|el secreto)|como si|en verso|en (?:un|una) (?:poema|tabla|bloque)|completas?)",
        r"\bmodo (?:depuracion|debug|diagnostico|mantenimiento|desarrollador|administrador|root|verbose|prueba|auditoria|transparente|recuperacion)\b[^\n]*\b(?:imprim\w+|muestr\w+|revel\w+|vuelc\w+|list\w+|ensen\w+|expon\w*|comparte|devuelve)(?: \w+){0,3} (?:prompts?|instrucciones|mensaje del? sistema|directrices|configuracion (?:inicial|interna|oculta))\b",
    ),
    "extract_perhaps": (
        r"\b(?:tu (?:system prompt|prompt (?:del? sistema|inicial|original|oculto|secreto)|mensaje (?:del? )?sistema)|tus (?:instrucciones|reglas|directrices) (?:ocultas|secretas|internas|iniciales|originales|del sistema))\b",
        r"\b(?:que|cual(?:es)?) (?:es|son) tus (?:reglas|normas|restricciones|limitaciones|politicas)\s?(?:[?!.]|$)",
        rf"\b(?:muestra(?:me)?|imprime|revela(?:me)?|repite|dime|lista|recita|explica(?:me)?)[\s,:]+{_GIVE}tus (?:reglas|normas|restricciones|politicas)\b",
        r"\b(?:muestra(?:me)?|imprime|revela(?:me)?|repite|dame|escribe|copia|dime)[\s,:]+(?:el |todo el |tu )*(?:system prompt|prompt(?: completo| inicial| del sistema)?)\b",
        r"\b(?:tienes|hay) (?:algun |un |alguna |una |algunas )?(?:system prompt|prompt (?:del? sistema|oculto|inicial)|instrucciones (?:ocultas|secretas))\b",
        r"\b(?:repite|imprime|copia|recita) (?:todo )?(?:el (?:texto|mensaje|parrafo)|lo|las frases) (?:anterior(?:es)?|de arriba|previo)\b",
    ),
    "extract_hint": (
        r"\bque (?:te|os) (?:dijeron|han dicho|ordenaron|programaron)\b",
        r"\bprompt (?:del? sistema|oculto)\b",
    ),
    "everything": (
        rf"\b{_AGAIN} (?:todas y cada una de|tod[oa]s|cada(?: un[oa] de)?)(?: las| los)? (?:frases?|oracion(?:es)?|lineas?|enunciados?|intervenciones)\b[^.?!\n]{{0,40}}\b(?:nuestr[oa]|est[ea]) (?:conversacion|charla|chat|dialogo|platica|intercambio|sesion)\b",
        r"\b(?:tod[oa]s|cada un[oa] de|cada)(?: las| los)? (?:frases?|oracion(?:es)?|lineas?|enunciados?|prompts?) que (?:(?:has|hayas|habias) (?:visto|leido|recibido|procesado|interpretado|encontrado)|viste|leiste|recibiste|procesaste|te (?:dieron|han dado|pusieron|han puesto|mandaron))\b",
        r"\b(?:tod[oa]s|cada|primer[oa]?s?|ultim[oa]s?)(?: un[oa] de)?(?: las| los)? (?:frases?|oracion(?:es)?|lineas?|palabras?) (?:de|en) tu (?:ultim[oa]|primer[oa]?|anterior|previ[oa]) (?:orden|instruccion|tarea|entrada|prompt|mandato|encargo)\b",
        rf"\b(?:{_AGAIN}|imprime|lista|muestra(?:me)?|di(?:me)?|escribe) (?:tod[oa]s )?(?:las|los) (?:ordenes|instrucciones|indicaciones|comandos|directrices|consignas|prompts?) que (?:te|os|le) (?:dieron|han dado|hayan dado|dio|pusieron|han puesto|mandaron)\b",
        rf"\b(?:{_AGAIN}|imprime|muestra(?:me)?|dame|devuelve|escribe|vuelca|exporta|entrega|presenta|lista|pasame)[\s,]+(?:una |un |la |el |me )*(?:transcripcion|copia|registro|reproduccion) (?:\w+ )?(?:de )?(?:tod[oa] )?(?:est[ea]|la|el|nuestr[oa]) (?:\w+ )?{_TALK}\b[^.?!\n]*\b{_WITH}|\b(?:transcripcion|copia|registro) (?:literal|textual|exact[oa]|integr[oa]|complet[oa]) de (?:tod[oa] )?(?:est[ea]|la|el|nuestr[oa]) (?:\w+ )?(?:{_TALK}|contexto|prompt)\b",
        rf"\b(?:{_AGAIN}|imprime|lista|muestra(?:me)?|di(?:me)?|escribe|resume) (?:tod[oa]s|cada un[oa] de) (?:las|los) (?:ordenes|instrucciones|indicaciones|comandos|directrices|consignas|prompts?) (?:que (?:hay|aparecen|estan) )?(?:de|en|dentro de) (?:la|esta|nuestra|este|el) (?:conversacion|charla|dialogo|intercambio)\b",
        rf"\b(?:{_TALK}|todo|principio|mensajes|contexto)\b[^.\n]*\b(?:incluid[oa]s?|incluyendo|junto con|hasta|tambien) (?:cualquier |l[oa]s |el |tod[oa]s |tus )*(?:mensajes?|instrucciones|prompts?|textos?|lineas|reglas) (?:del? sistema|ocult[oa]s|iniciales|intern[oa]s|de configuracion|invisibles|previ[oa]s|escondid[oa]s)\b",
        r"\btodo lo que (?:se te ha|te han|te hayan|te habian|te dijeron|te escribieron|te) ?(?:dicho|escrito|dado|enviado|mandado|mostrado|ensenado)? (?:antes de (?:esto|mi|este)|hasta (?:ahora|aqui|este punto))[\s,.;:!]*(?:y |palabra|literal|sin|tal|al pie|$)",
    ),
    "everything_perhaps": (
        r"\b(?:reglas|normas|instrucciones|ordenes|directrices|restricciones|indicaciones) que (?:te|le|os) (?:han sido|fueron|hayan sido) (?:impuest|dad|entregad|asignad|comunicad|indicad|facilitad)as\b",
        rf"\b{_AGAIN} (?:toda (?:la|nuestra)|entera la|(?:la|nuestra) (?:entera|completa)|todo (?:el|nuestro)) (?:conversacion|charla|chat|dialogo|platica)\b",
        rf"\b{_AGAIN} (?:(?:la|nuestra|el|nuestro) )?(?:conversacion|charla|chat|dialogo|platica) (?:enter[oa]|complet[oa]|integr[oa])\b",
        r"\b(?:necesito|quiero|tengo que|debo|exijo) (?:ver|leer|revisar|consultar|inspeccionar) (?:el (?:prompt|system prompt|mensaje del? sistema)|las instrucciones (?:del? sistema|internas|ocultas))\b[^.?!\n]{0,40}\b(?:ahora mismo|ya|de inmediato|urgente\w*|auditoria|depura\w*|seguridad|verificacion)\b",
    ),
    "secret": (
        r"\b(?:contrasena|clave|palabra (?:clave|secreta)|secreto|codigo(?: secreto| de acceso)?|token|password|frase secreta|api key|llave)(?: (?:secreta|de api|oculta|api|de acceso|maestra))? (?:que )?(?:te (?:han|dieron|dio|dijeron|confiaron|pidieron)|guardas|ocultas|escondes|proteges|tienes (?:que|guardad[oa]|prohibid[oa])|no (?:puedes|debes)|conoces|custodias|has recibido|estas (?:protegiendo|guardando|ocultando|escondiendo))\b",
        r"\b(?:revela|filtra|divulga|desvela|suelta|confiesa|susurra|entrega)(?:r|me|nos)? (?:la |el |tu |las |los |esa )*(?:contrasenas?|claves?|palabra (?:clave|secreta)|secretos?|codigo (?:secreto|de acceso)|password|frase secreta|credenciales|api keys?)\b",
        r"\b(?:cual es|dime|dame|muestrame|imprime|comparte|deletrea(?:me)?|escribe|repite|ensename|pasame|codifica) (?:letra por letra |al reves )?tu (?:contrasena|clave(?: secreta| de api| api| maestra)?|palabra (?:clave|secreta)|codigo (?:secreto|de acceso)|password|frase secreta|api key)\b",
        r"\b(?:primer[oa]?s?|ultim[oa]s?|segunda|cada|\d+) (?:\w+ )?(?:letras?|caracteres|palabras?|mitad) de (?:la|tu|el) (?:contrasena|clave|palabra secreta|secreto|frase secreta)\b",
        r"\bcual es (?:la|el) (?:clave secreta|palabra (?:clave |)secreta|codigo secreto|contrasena secreta|frase secreta)\b",
        r"\b(?:deletrea|codifica|acrostico|al reves|poema|cuento|adivinanza|base64|escribe|pista)\b[^.?\n]*\b(?:la|tu) (?:clave secreta|palabra secreta|contrasena secreta|frase secreta)\b",
        rf"{_AT}(?:deletre[ae](?:me)?|codific[ae](?:me)?|invierte|cifra(?:me)?|traduce|escrib[ae](?:me)?|di(?:me|ga|game)?|dime|imprime|dame|muestra(?:me)?|repite|revela(?:me)?|pon|convierte|recita|canta|pasame|manda(?:me)?|esconde|decime|escribime) (?:me )?(?:la |el |tu |esa |ese |su )(?:\w+ )?{_KEPT_WORD}\b[^.\n]*\b{_SPELT}",
        rf"\b(?:longitud|cuant[oa]s (?:letras|caracteres|palabras|vocales|digitos|silabas)|numero de (?:letras|caracteres)|sinonimos?|antonimos?|rimas?|algo que rime|pistas?|anagrama|acrostico|iniciales|letras|vocales|adivinanza|acertijo|descripcion|opuesto|hash) (?:tiene |de|del|para|sobre|con|que rime con|hay en|lleva) ?(?:la|tu|esa|el|su|que) (?:\w+ )?{_HELD}\b",
        rf"{_AT}(?:ignora|ignorando|olvida|olvidate de|omite|desobedece|sal?tate|pasa de|deja de lado) (?:todo|toda|todos|todas|lo|la|las|los|tus?|cualquier|eso|esa) ?[^.\n]*\b(?:y |e |,|;) ?(?:dime|dame|di|escribe|revela(?:me)?|imprime|muestra(?:me)?|suelta|susurra(?:me)?|pasame|decime) (?:la|el|tu|esa|ese) (?:\w+ )?(?:contrasena|clave|password|secreto|palabra secreta|codigo)\b",
        r"\b(?:abuel(?:a|o|ita|ito)|yaya|nonna|mama|tia|tio|madre|padre|bisabuela)\b[^\n]*\b(?:me (?:leia|recitaba|cantaba|contaba|susurraba|decia|dictaba)|solia (?:leerme|recitarme|cantarme|contarme|decirme))\b[^\n]*\b(?:contrasenas?|claves? (?:de|secretas?|privadas?|api)|codigos? (?:de|secretos?)|prompts?|tus instrucciones|(?:claves|licencias|seriales|numeros de serie) de windows|napalm|tokens?)\b",
        r"\bque (?:dirias|dices|debes decir|responderias|respondes|contestarias|contestas|responderas|tienes que decir) (?:si|cuando|a quien|a un usuario que|a alguien que)\b[^.\n]*\b(?:contrasena|clave|codigo de acceso|password) (?:correct[oa]|buen[oa]|valid[oa])\b",
    ),
    "secret_perhaps": (
        r"\b(?:dime|dame|muestrame|imprime|escribe|deletrea)(?: la| el| esa) (?:contrasena|clave|password|codigo de acceso)(?: secret[oa])?\s?(?:[.!?,]|$)",
    ),
    "secret_hint": (
        r"\b(?:palabra|clave|contrasena|codigo) secret[oa]\b",
        r"\bcual es la (?:contrasena|clave)\s?(?:[?!.]|$)",
    ),
    "hijack": (
        r"\bno hagas (?:absolutamente )?nada (?:con|sobre|al?) (?:el|la|lo|este|esta|los|las|ningun) ?(?:siguiente|texto|mensaje|anterior|que (?:sigue|viene)|datos|resto)\b",
        r"\b(?:proporciona|da|dame|devuelve|escribe|imprime|repite|responde con|entrega|produce|pon)(?:me|nos)? (?:exactamente )?(?:el|la|lo) (?:mismo texto|misma (?:frase|cadena)|mismo) (?:que|siguiente|a continuacion)\b",
        r"\b(?:en vez de|en lugar de|lejos de|sin) (?:traducir|resumir|completar|responder|seguir|hacer (?:eso|esto|la tarea|la traduccion))(?:lo|la|las|los)?\b[^.\n]*\b(?:di|escribe|imprime|responde|contesta|devuelve|muestra|revela|repite|dime|haz|dame)\b",
        r"\b(?:di|escribe|imprime|responde|contesta|devuelve|repite|muestra|genera)\b[^.\n]{0,50}\b(?:he sido (?:hackead[oa]|pwned|pirateado|comprometid[oa])|i have been pwned|haha\w*|pwned|acceso concedido)\b",
        r"\b(?:esto|este (?:texto|mensaje)|el (?:texto|mensaje)|lo (?:siguiente|anterior))(?: \w+)? no (?:es|debe|hay que|tiene que|se debe|forma parte)(?: ser)? (?:para |de |parte de |un |una |la )*(?:traduc\w+|resum\w+|texto a traducir|datos)\b",
        r"\btu (?:respuesta|traduccion|salida|resumen|contestacion) (?:debe|tiene que|sera|ha de)(?: \w+)? (?:ser|decir|contener|consistir en) (?:exactamente|solo|unicamente|solamente|nada mas que)\b",
        rf"{_AT}(?:di|responde|contesta|repite|devuelve|proclama|empieza(?: tu respuesta)?|comienza(?: tu respuesta)?|exclama)(?: con| solo| unicamente| exactamente| simplemente| por| la frase| las palabras|:)* ?[\"'`«“\[(]{{0,3}}acceso (?:concedido|permitido|autorizado)",
        r"^\W*(?:el |la )?(?:usuario|persona|visitante|cliente|jugador)?(?: ya)? ?(?:ha (?:introducido|dicho|escrito|dado|proporcionado)|introdujo|escribio|dio|dijo) (?:la |el )?(?:contrasena|clave|codigo|codigo de acceso|frase) (?:correct[oa]|valid[oa]|buen[oa]|secret[oa])(?:\W*$|[.,!;] ?(?:por favor |ahora )?(?:responde|di|concede|contesta|proclama))|^\W*(?:contrasena|clave|codigo de acceso) correct[oa](?:\W*$|[.,!;:] ?(?:responde|di|concede|contesta|proclama|acceso))",
        rf"{_AT}(?:deja|para|detente|olvida(?:te)?|salta(?:te)?|omite|abandona|cancela|interrumpe) (?:de )?(?:traducir(?:lo)?|resumir(?:lo)?|la (?:traduccion|tarea(?: anterior| original| actual)?)|el (?:resumen|encargo)|tu (?:tarea|encargo)(?: anterior| original| actual)?)[\s,.;:!-]+(?:y |e |ahora |luego |en su lugar |en vez de eso |solo |simplemente |\W)*{_ACT}\b",
        r"\bno respondas (?:a )?(?:esto|esta|la|mi|ninguna|a esta)(?: \w+)?[\s,.;:!-]+(?:y |sino |solo |simplemente |en su lugar |mejor )*(?:di|escribe|imprime|responde|contesta|repite|devuelve)\b",
    ),
    "hijack_perhaps": (
        r"\bno (?:traduzcas|traduzca|resumas|resuma|completes|hay que traducir|lo traduzcas|hagas la traduccion|hagas el resumen)\b",
        r"\b(?:no|sin) (?:cambies|modifiques|alteres|toques|cambie|modifique|cambiar|modificar|alterar) (?:ni )?(?:ni una|ni un|ningun|ninguna|un solo|una sola|nada|solo un) ?(?:solo |sola )?(?:caracter|letra|palabra|coma|simbolo|signo)?\b",
        r"\b(?:usa|utiliza|emplea) exactamente (?:el mismo texto|las mismas palabras|la misma frase)\b",
        r"\b(?:di|repite|escribe|imprime|responde|contesta|devuelve)\b[^.\n]*\b(?:y )?(?:nada mas|ninguna otra (?:cosa|palabra)|sin (?:anadir|agregar) nada)\b",
        r"\b(?:salta(?:te)?|cancela|omite|olvida(?:te de)?|ignora|deja|detiene|deten) (?:la |esta |el )?(?:traduccion|resumen|tarea de (?:traduccion|traducir|resumir))\b",
        r"\b(?:solo|unicamente|solamente) (?:di|repite|escribe|imprime|responde|contesta)(?: con)?:? [\"'`]",
        r"\b(?:despues|luego|tras) de? ?(?:traducir|la traduccion|resumir|el resumen)\b[^.\n]*\b(?:anade|agrega|escribe|imprime|di|incluye|revela|muestra)\b",
    ),
    "hijack_hint": (
        r"\b(?:responde|contesta|di|escribe|imprime) (?:solo|solamente|unicamente|exactamente)\b",
        r"\b(?:empieza|comienza) tu (?:respuesta|contestacion) (?:con|por)\b",
        r"\b(?:di|repite|escribe|imprime)(?: exactamente| solo| la palabra| la frase| el texto)?:? [\"'`][^\"'`\n]+[\"'`]",
    ),
    "decode_and_do": (
        r"\b(?:decodifica|descodifica|descifra|desencripta|invierte|convierte|traduce|interpreta|decodifique|descifre|decodificar|descifrar)(?:lo|la|me)?\b[^.\n]*\b(?:y|e|,) ?(?:luego |despues |entonces )?(?:haz|hace|segui|sigue|ejecuta|obedece|cumple|realiza|aplica|responde a|ejecute|siga|haga|hacer|ejecutar|seguir|obedecer)(?:lo|la|las)?\b ?(?:exactamente )?(?:lo que (?:dice|diga|pone|ponga|pide|pida|indica|indique|contiene|ordena)|las? (?:instruccion|orden|peticion|comando)\w*|el (?:resultado|mensaje|comando|texto)|sus|[.!?,]|$)?",
        rf"\b(?:sigue|ejecuta|obedece|haz lo que (?:dice|pone|pide)|cumple|realiza|aplica)\b (?:las? |el |los |este |esta |estas |lo )*(?:\w+ )?(?:instruccion(?:es)?|ordenes|orden|texto|mensaje|cadena|comandos?|prompt|siguiente)? ?(?:que (?:esta[n]?|hay|viene[n]?) )?(?:en|dentro de|ocult[oa]s? en|de|contenid[oa]s? en)? ?(?:este |esta |el |la )*{_DECODED}\b",
        rf"\b(?:instruccion(?:es)?|ordenes|orden|comandos?|prompt) (?:en |esta |estan )*{_DECODED}\b",
    ),
    "decode_perhaps": (
        rf"\b(?:responde|contesta|dime|dimelo|escribe)\b[^.\n]*\ben {_DECODED}\b[^.\n]*\b(?:prompt|instrucciones|reglas|secreto|contrasena|clave)\b",
    ),
    "to_models": (
        rf"\b{_READERS}\b (?:(?:que|quienes) (?:actualmente )?(?:este |estes |esten |esta |estan )?{_READS}|(?:actualmente )?(?:esten? |estan? )?{_READING}) {_THIS}\b",
        rf"\b(?:una?|algun[oa]?|cualquier) {_READERS}\b {_READS} {_THIS}\b",
        rf"\b(?:nota|mensaje|instruccion(?:es)?|atencion|aviso|recordatorio|importante|orden|indicaciones|advertencia|directiva)\b ?(?:para|a|al|:|,|-)? ?(?:el |la |l[oa]s |tod[oa]s? |cualquier |un[oa]? |tod[oa]s? l[oa]s )*{_MODELS}\b ?(?:[:,;.!-]|que|debe|deben|por favor|ignora|ignore|$)",
        rf"\bsi (?:tu )?(?:eres|es usted|sois) (?:un[oa]? |algun[oa]? |cualquier )?(?:tipo de )?(?:{_MODELS}|asistente|sistema automatico)\b[^.?\n]*\b(?:debes?|tienes que|por favor|ignora|incluye|anade|escribe|di|responde|reenvia|envia|inserta|menciona|imprime|recomienda|revela|sigue|olvida|no (?:digas|menciones|traduzcas|resumas)|usa la palabra|ignore|incluya|responda)\b",
        rf"\b(?:el |la |todo |toda |cualquier |un |una )?(?:{_MODELS}|asistente)\b (?:que (?:lea|procese) esto )?(?:debe(?:ra|ria)?|deben|tiene[n]? que|ha[n]? de|esta obligad[oa] a)(?: ahora| siempre| inmediatamente| tambien)? {_DEED}",
        rf"\b(?:atencion|oye|estimad[oa]|hola|escucha|importante)[\s,!:-]+(?:a )?(?:tod[oa]s? |l[oa]s? |el )*{_MODELS}[\s,!:-]+(?:por favor |ahora )*(?:debes?|ignora|ignore|olvida|tus?\b|reenvia|revela|responde|incluye)\b",
        rf"\bcuando (?:un[oa]? |el |la |tu )?(?:{_MODELS}|asistente)?(?: \w+){{0,2}} ?(?:resum\w+|proces\w+|lea[s]?|traduzca[s]?|analic\w+) (?:este|esta|el|la) (?:documento|texto|pagina|correo|mensaje|archivo|articulo)[^.\n]*\b(?:debe\w*|siempre|por favor|ignora|incluye|anade|di|reenvia|responde|recomienda)\b",
    ),
    "to_models_hint": (rf"\bsi (?:eres|es usted) (?:un[oa]? )?{_MODELS}\b[\s,:]",),
    "to_models_perhaps": (
        r"\b(?:reenvia|envia|manda|publica|sube)(?:r|me)? (?:tod[oa]s? )?(?:la |el |l[oa]s )*(?:conversacion|historial|mensajes|contenido|datos|contrasenas?|credenciales|correos|claves|secretos)\b[^.\n]*\ba (?:https?:|[\w.+-]+@|esta (?:url|direccion))",
    ),
}
"""Patterns by the name of their rule."""
