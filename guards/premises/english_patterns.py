"""Patterns and words of English questions. Everything is in small letters and without accents, as `premise.fold` gives it."""

from __future__ import annotations

import re

DO = frozenset(["do", "does", "did"])
AUX_LIST = "is are was were has have had can could will would should must may might"
AUX = frozenset(AUX_LIST.split()) | DO
MODALS = frozenset(["can", "could", "will", "would", "should", "must", "may", "might"])
NOT = {
    "don't": "do", "doesn't": "does", "didn't": "did", "dont": "do", "doesnt": "does", "didnt": "did", "isn't": "is",
    "isnt": "is", "aren't": "are", "wasn't": "was", "wasnt": "was", "weren't": "were", "hasn't": "has", "haven't": "have",
    "hadn't": "had", "can't": "can", "cant": "can", "cannot": "can", "couldn't": "could", "won't": "will", "wont": "will",
    "wouldn't": "would", "shouldn't": "should",
}  # fmt: skip
SHORT = {
    "why's": "is",
    "when's": "is",
    "where's": "is",
    "how's": "is",
    "when'd": "did",
    "why'd": "did",
    "how'd": "did",
}
DETERMINERS = frozenset(
    ["the", "a", "an", "its", "his", "her", "their", "some", "all", "every", "each", "most", "no", "both"]
)
OURS = frozenset(
    ["i", "we", "you", "my", "our", "your", "me", "us", "u", "ur", "i'm", "we're", "you're", "one", "anyone", "ya", "y'all", "anybody", "somebody", "this", "that", "these", "those", "there"]
)  # fmt: skip
"""Of these the member knows more than any document; or nobody in particular is meant."""
MEMBERS = frozenset(["i", "we", "you", "my", "our", "your", "me", "us", "u", "ur"])
PRONOUNS = frozenset(["he", "she", "it", "they"])
PREPOSITIONS_LIST = (
    "of in on at by to from for with about against as between during into like near over since through under until "
    "without than after before because so such not never always still already also more less most least too very "
    "only just ever really actually being considered called known able available based due free"
)
PREPOSITIONS = frozenset(PREPOSITIONS_LIST.split())
ADJECTIVES_LIST = (
    "slow fast big small large old young new good bad better worse hard easy expensive cheap open closed dead alive famous "
    "popular unpopular illegal legal wrong right afraid angry obsessed allergic blue red green pink black white yellow "
    "purple immutable mutable safe unsafe toxic poisonous blind deaf dangerous flat round square hot cold wet dry empty "
    "full mandatory optional deprecated unlimited national official free secret responsible present absent missing "
    "against inspired married"
)
ADJECTIVES = frozenset(ADJECTIVES_LIST.split())
COMPARATIVE = re.compile(r"[a-z]{2,}(?:er|est)")

CUE = r"(?:tell|know|knows|explain|remember|wonder|wondering|remind|describe|idea|curious|say|see|understand|asking|ask|find|out|me|us|clue)"
WHEN_NOUN = (
    "year|month|day|date|century|decade|city|country|place|town|season|time|version|release|episode|chapter|state|"
    "university|company|conference|document|message|section|meeting|pep|way|ways|sense|extent|age|reason|purpose"
)
LEAD = re.compile(
    r"\b(?:(?P<why>why|how come|for (?:what|which) reason|what(?:'s|s| is| was| were) the (?:real |main )?reasons? (?:why|that|for which))"
    r"|(?:(?P<prep>on|in|at|by|to|from|for|with|under|during|since|until|till|of|about)\s+)?(?:what|which)\s+"
    rf"(?:(?P<time>(?:\w+\s+)?(?:{WHEN_NOUN})s?(?:(?:,|,?\s+and|\s+or)\s+(?:{WHEN_NOUN}))*(?P<of>\s+(?:of|in)\s+\d{{4}})?)|(?P<noun>(?!is\b|are\b|was\b|were\b|do\b|does\b|did\b|has\b|one\b)[a-z-]+(?:\s+[\w'-]+){{0,4}}?))(?=\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b)"
    r"|(?:by\s+)?how (?:much|many \w+|many times)\s+(?P<compared>(?:more|less)\s+\w+|\w+er|worse)(?=\s+(?:is|are|was|were)\b[^?]*\bthan\b)"
    r"|(?P<many>how (?:many|much)\s+(?P<counted>(?!more\b|less\b|times\b|faster\b)[a-z-]+(?:\s+[a-z-]+)?))(?=\s+(?:do|does|did|has|have|had|is|are|was|were|can)\b)"
    r"|(?P<whom>(?:to|by|with|for|from|against|of|under|about)\s+(?:whom|what))(?=\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b)"
    r"|(?P<object>what|who|whom)(?:\s+else)?(?=\s+(?:do|does|did|has|have|had|can|could|will|would)\b)"
    r"|(?P<plain>when|where|since when|until when|how (?:long|often|many times|far|fast|early|late|exactly|soon|quickly)|by how much|how))\b"
)
WHO = re.compile(
    r"\bwho(?:'s|\s+is|\s+was|\s+were|\s+are)\s+(?P<thing>.+)|\bwho\s+(?:else\s+)?(?P<did>[a-z]+\b.*)"
    r"|\b(?:what|which)\s+(?P<some>[\w.'-]+\s.+)"
)
WHAT = re.compile(
    r"\b(?:what(?:'s|s|\s+is|\s+are|\s+was|\s+were)|which\s+(?:is|are|was|were)|how\s+(?:is|are|was|were|do|does|did))\s+(?P<thing>(?:the|a|an)?\s*.+)"
    r"|\b(?:tell (?:me|us)(?: more| something| everything)?|talk(?: to (?:me|us))?|know(?: anything| something)?|explain|"
    r"describe|summari[sz]e|list|show(?: me| us)?|give(?: me| us)?|quote|recite|provide|share|read|sum up|find|get|send me|need)\s+(?:(?:about|all|of|on|me)\s+)*(?P<named>.+)"
)
SUBORDINATE = re.compile(
    r"(?:^|[,;.]\s*|\b(?:so|and|but|ok|hey)\s+)(?:now that|given that|given|seeing (?:that|as)|considering(?: that)?|since|because|even though|although|though|as|after|before|when|ever since)\s+(?P<clause>[^,;?]+),"
    r"|\b(?:now that|given that|considering(?: that)?|even though|although|the fact that|(?<=\w )(?:when|after|before|while|because))\s+(?P<late>[^,;?.]+)"
)
TENURE = re.compile(
    r"\b(?:(?:during|in|about|from|of|after|before)\s+)?(?P<who>[\w.' -]+?)(?:'s|s')\s+(?:\w+\s+)?(?:time|years?|career|stint|days|job|tenure|internship|role)\s+(?P<at>at|in|as|with)\s+(?P<where>.+)"
)
BY = re.compile(
    r",?\s+(?:(?P<be>was|is|were|are)\s+)?(?:originally\s+|first\s+)?(?P<verb>(?:written|composed|created|directed|painted|invented|designed|authored|published|sung|"
    r"recorded|made|developed|coined|discovered|founded|proposed|built|sculpted|drawn|released)\s+)?by\s+"
)
WORKS_LIST = (
    "book novel poem song film movie play essay album symphony opera painting memoir autobiography talk "
    "keynote paper article thesis lecture speech story biography book, manifesto musical sculpture blog"
)
WORKS = frozenset(WORKS_LIST.split())
ATTRIBUTE = re.compile(
    r"(?:the\s+)?(?:\w+\s+)?(?:name|names|title|price|cost|size|length|date|year|purpose|meaning|difference|differences|point|"
    r"author|authors|creator|inventor|population|definition|syntax|address|link|url|age|height|colour|color|weight|advantages?|"
    r"benefits?|reasons?|opinion|number|idea|story|text|content|contents|lyrics|summary|full text|origin|history|plot|list|"
    r"best way|way|use|result|role|limit|limits|password|deal|thing|rest|cause)\s+(?:of|in|for|to|between|behind|with|on)\s+(?P<rest>.+)"
)
LATER = re.compile(r"\s(?:when|while|because|now that|given that|considering)\s")
RELATIVE = re.compile(r",?\s+(?:who|which)\s+(?P<clause>[^,;?.]+)")
MADE = re.compile(r"\bwhat\s+(?:has\s+)?(?:made|makes|led|drove|caused|forced|allowed|allows|inspired)\b")
HOW = re.compile(r"\b(?:how|where|what|which|who|can i|can we|could i|may i|when)\b")
PART = re.compile(r"\bthe\s+(?:[\w-]+\s+){1,3}(?:of|in|at|on|from)\s+(?:the\s+)?\w.*")
END = re.compile(
    r"[?!\n]|(?<!\b[a-z])\.(?=\s|$)|;|,\s*(?=(?:and\s+|but\s+|or\s+)?(?:why|when|where|what|how|please|thanks)\b)|\s+(?:and|but)\s+(?=(?:why|when|where|who|what|how|which)\b)"
)
