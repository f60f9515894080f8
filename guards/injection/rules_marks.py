"""Wording of the rules that belongs to no language: role marks, consoles, variables. For folded text."""

from __future__ import annotations

_KEPT = r"(?:previous|prior|above|preceding|earlier|system|initial|hidden|secret|original|internal|anterior(?:es)?|previ[oa]s?|sistema|inicial|ocult[oa]s?)"
_EARLIER = r"(?:previous|prior|above|preceding|earlier|initial|hidden|anterior(?:es)?|previ[oa]s?|inicial(?:es)?|ocult[oa]s?)"
_THING = r"(?:code|instructions?|prompts?|messages?|context|rules|text|conversation|directives?|codigo|instruccion(?:es)?|mensajes?|reglas|contexto|texto)"
_NAME = (
    rf"(?:{_KEPT}[_.\- ]?{_THING}|{_THING}[_.\- ]?(?:del[_.\- ]?)?{_KEPT}|prompt|instructions|instrucciones)"
)

PATTERNS: dict[str, tuple[str, ...]] = {
    "role_mark": (
        r"<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|endofprompt|eot_id|begin_of_text|end_of_turn|start_header_id|end_header_id|end)\|>",
        r"\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|</s>\s*<s>|\[/?system_?prompt\]|\[system\]\s*[\(:#<]|<\|?/?(?:system|sys)[ _-]?(?:prompt|message|instructions?|override)?\|?>",
        r"^\W{0,4}#{2,4} ?(?:system|instructions?|response|human|assistant|sistema|instruccion(?:es)?|respuesta) ?:",
        r"^\W{0,4}#{2,4} ?system(?: (?:prompt|message|instructions?|override|note))?\s*\n\W*(?:you|your|new|from now|ignore|forget|disregard|the user|always|never|eres|tu|ignora|olvida|ahora)\b",
        r"(?:^|[\n\]\[{}\"'`>.!?] ?)\W{0,3}(?:system|developer|admin(?:istrator)?|sistema|desarrollador|administrador)(?: ?(?:message|prompt|instructions?|override|update|notice|command|note|alert|mensaje|aviso|nota))?[*\]>)]{0,3} ?[:>] ?\W{0,4}(?:you\b|your\b|new (?:instruction|rule|directive|polic)|from now|ignore\b|forget\b|disregard\b|the user (?:is|has|may|can|must)|all (?:previous|prior|safety|restrictions)|reveal\b|print your|disable\b|override\b|(?:safety|content) (?:filter|polic|restriction)|respond only|always (?:answer|say|respond|reply|comply)|never refuse|obey\b|(?:ahora )?eres\b|tu (?:nueva|unica|tarea|rol)\b|nuevas? (?:instruccion|regla|directiva|orden)|a partir de ahora|desde ahora|ignora\b|olvida\b|el usuario (?:es|tiene|puede)|revela\b|desactiva\b|obedece\b|responde (?:solo|siempre)|no (?:hay|tienes) restricciones)",
        r"^\W{0,3}(?:assistant|asistente|ai|chatgpt|bot) ?: ?\W{0,3}(?:sure|of course|absolutely|certainly|claro|por supuesto|desde luego)\W[^\n]*(?:prompt|instruc|secret|password|contrasena|rules|reglas|restric)",
        r"^\W{0,3}(?:assistant|asistente) ?: [^\n]*\n+\W{0,3}(?:user|human|usuario) ?:",
        r"\"role\"\s?:\s?\"(?:system|developer|assistant)\"\s?,\s?\"content\"\s?:\s?\"[^\"\n]{0,60}\b(?:ignore|disregard|forget|override|overrid\w+|disable\w*|reveal|bypass|unrestricted|no (?:restrictions|rules|limits|filters)|jailbr\w+|you are now|new (?:instructions?|rules)|print your|leak|obey|ignora|olvida|revela|desactiva|sin (?:restricciones|reglas|filtros|limites))\b",
    ),
    "role_mark_perhaps": (
        r"^\W{0,4}#{2,4} ?(?:system|sistema)(?: (?:prompt|message|override))? ?$",
        r"[-=#*%]{3,} ?(?:end|start|begin|begin new|new|fin|final|inicio)(?: of)?(?: de(?:l| la| las)?)? (?:the )?(?:system|user|developer|prompt|input|instructions?|text|document|data|context|rules|translation|texto|entrada|instrucciones|documento|datos|contexto|usuario|sistema|traduccion)\b[^\n]*",
        r"\b(?:system|instruction|security|safety|admin|sistema) override\b|\boverride (?:code|mode|protocol)\b",
        r"[\[<({=#*%-]+ ?/?(?:the )?(?:end|start|beginning|begin|new|eof|close|fin|final|inicio|comienzo)(?: of| new| the| my| this| user| out of date| previous| all| developer| system| real| de| del| la| las| los| usuario| nuev[oa]s?)* (?:conversation|system|prompts?|instructions?|user input|input|transcript|session|document|context|chat|user message|conversacion|sistema|instrucciones|entrada|documento|contexto)s? ?[\])>}=#*%-]+",
    ),
    "role_mark_hint": (
        r"^\W*(?:end|fin) (?:of|de|del) (?:the |la |los )?(?:text|input|data|document|texto|entrada|datos|documento)\W*\n\W*\w",
        r"^\W{0,3}(?:system|sistema)(?: ?(?:message|prompt|override|update|mensaje))?[*\]>]{0,3} ?: ?\w",
        r"^\W{0,3}(?:assistant|asistente)[*\]>]{0,3} ?: ?\w",
        r"</(?:user_?input|user|data|text|document|input|prompt|context|instructions?|texto|datos|documento|entrada)>\s*\S",
    ),
    "console": (
        rf"\b[a-z]\w{{0,15}}\s?:?=\s?(?:{_EARLIER}_{_THING}|{_THING}_{_EARLIER}|(?:everything|all|text|words|todo|todo_lo|texto|lo)_(?:above|before|so_far|anterior|de_arriba|arriba|previous|prior))\b\s?[;,.\n)]\s?(?:print|echo|output|show|return|reveal|say|puts|display|console|imprim\w*|muestra|mostrar|devuelve|di)\b",
        r"\b(?:assign|put|save|store|set|copy|place|load)\b (?:the |all |everything |whatever |of |that )*(?:(?:text|words?|messages?|instructions?|content|lines?|prompt|conversation) )?(?:is |was |written |stands )?(?:above|before this|so far|preceding this)(?: message)? (?:in|into|to|as|inside) (?:a |the )?(?:variable|var|string)\b",
        r"\b(?:asigna|guarda|mete|pon|copia|almacena)r?\b (?:todo |el texto |lo |las palabras )*(?:que hay |que esta |de )?(?:arriba|anterior|encima|antes)(?: de esto)? (?:en|a) (?:la |una )?variable\b",
        rf"\b(?:save|store|get|print|dump|show|reveal|return|copy|load|leak|guarda|guardar|imprime|imprimir|muestra|mostrar)_+(?:the_|all_|your_|my_|el_|la_|las_)?{_KEPT}_{_THING}",
        rf"\b(?:print|println|printf|echo|puts|output|repr|str|puts|write|writeline|show|display|reveal|dump|alert|console\.(?:log|error|info)|document\.write|fmt\.println|system\.out\.print(?:ln)?|base64\.b64encode|b64encode|eval|exec|len|imprimir|mostrar|escribir)\s?\(\s?[f\"'`{{]*\s?(?:\w+[.\[])*[\"']?(?:my_|your_|the_|self\.|tu_|tus_|mis_)?{_NAME}[\"'`}}\])]*(?:\[[^\]]*\])?\s?[\),;.]",
        r"\becho \"?\$\{?(?:system_?)?(?:prompt|instructions|instrucciones)\}?\"?(?:\s|$|[;&|.])",
        r"\b(?:cat|less|more|head|tail|type|nano|vim|strings|xxd|base64) (?:-\w+ )?[\w./~-]*(?:system[_-]?prompt|prompt|instructions|instrucciones|hidden[_-]?rules)\.(?:txt|md|json|ya?ml|cfg|conf|ini|log)\b",
        r"\b(?:cat|less|more|head|tail) (?:-\w+ )?(?:/\w+)*/?(?:system[_-]?prompt|system[_-]instructions)\b",
        r"->\s?\w+\s?(?:#|//|--|/\*)\s?(?:set|save|store|put|assign|copy|guarda|asigna|pon|almacena|copia)\w*\b[^\n]*\b(?:previous|prior|above|preceding|earlier|system|everything|all|anterior(?:es)?|previ[oa]s?|sistema|todo|arriba)\b",
        r"\b(?:set|save|store|put|assign|create|define|declare)\b[^.\n]{0,20}\b(?:variable|var)\b[^.\n]{0,12}\b(?:with|from|containing|holding|to|as|for|=)\s(?:the |all |all the |your )?(?:previous|prior|above|preceding|earlier|system|initial|hidden)[ _](?:code|text|instructions?|prompts?|messages?|context|rules|words|conversation|content)\b",
        r"\b(?:save|store|put|assign|copy|load)\b (?:the |all |all the |your |everything |of )*(?:previous|prior|above|preceding|earlier|system|initial|hidden)[ _](?:code|text|instructions?|prompts?|messages?|context|rules|words|conversation|content)\b (?:in|into|to|as|inside) (?:a |the )?(?:variable|var|string|\w\b)",
        r"\b(?:guarda|guardar|almacena|asigna|pon|copia|mete|define|crea)\b[^.\n]*\b(?:codigo|texto|instrucciones?|prompt|mensajes?|contexto|reglas|conversacion|todo lo)\b (?:anterior(?:es)?|previ[oa]s?|del sistema|de arriba|inicial(?:es)?|ocult[oa]s?|que hay (?:antes|arriba))[^.\n]*\b(?:variable|cadena|en \w\b)",
        r"\b(?:guarda|guardar|almacena|asigna|pon|crea|define|establece)\b[^.\n]*\bvariable\b[^.\n]*\b(?:con|a|de)\b (?:el |la |las |los |todo el |todas las )?(?:codigo|texto|instrucciones?|prompt|mensajes?|contexto|reglas|conversacion)\b (?:anterior(?:es)?|previ[oa]s?|del sistema|de arriba|inicial(?:es)?|ocult[oa]s?)",
        r"(?:#|//|--|/\*|<!--)\s?(?:ignore|skip|disable|bypass|stop|omit|ignora|ignorar|omite|salta|desactiva)\b\s?:?\s?(?:the |all |la |las |los |el )?(?:translations?|translate|translating|task|system|prompt|instructions?|guard\w*|safety|traduccion|traducir|tarea|sistema|instrucciones|reglas|filtros?)\b",
        r"\b(?:let |var |const |set |define |sea |haz )?[a-z]\w{0,15}\s?(?:=|:=|<-|->|be|equals?|igual a)\s[\"'(]{0,2}(?:everything|all (?:of )?(?:the )?(?:text|words|instructions|messages|content)|the (?:text|words|instructions|prompt|conversation|messages?|content)|your (?:\w+ )?(?:prompt|instructions)|the system prompt|todo(?: lo| el texto| el contenido)?|el texto|tus instrucciones|tu prompt|las instrucciones|el prompt(?: del sistema)?)(?: that (?:is|was|came|comes)| que (?:hay|esta|aparece|viene)| written)?(?:\s(?:above|before|so far|preceding|prior|previously|up to here|anterior(?:es)?|arriba|de arriba|antes|previ[oa]s?|hasta aqui|del sistema)\b|\s?[;,.)]\s?(?:print|output|show|return|reveal|echo|say|display|imprime|muestra|devuelve|di)\b)",
        rf"\b(?:select|get|fetch|read)\b (?:\*|\w+) from (?:the )?{_KEPT}[_ ]?{_THING}\b",
        r"\{\{\s?(?:system[_. ]?prompt|system[_. ]?message|prompt|instructions|config\.system)\s?\}\}",
        r"\b(?:dump|export|printenv|get-content|type)\b \$?\{?(?:env:)?(?:system_prompt|bot_instructions|system_instructions)\b",
    ),
    "console_perhaps": (
        rf">>> ?(?:save|store|keep|copy|dump|guarda|guardar|almacenar?)_(?:\w+_)?{_THING}(?:_\w+)?\([^\n]*\n[^\n]*>>> ?(?:print|imprim\w*|show|echo|mostrar)\b",
        rf">>> ?[\w.]*{_KEPT}_{_THING}\w*",
        r"[\"'`\\]{4,}\s?->\s?\w+",
        r"\bsudo (?:ignore|forget|reveal|show|print|tell|give|override|disable|unlock|jailbreak|make|dame|muestra|revela|ignora|olvida|imprime|dime)\b[^\n]*",
        r"\bsystem_prompt\b\s?(?:=|:=|->)\s?(?:none|null|\"\"|'')",
    ),
}
"""Patterns by the name of their rule."""
