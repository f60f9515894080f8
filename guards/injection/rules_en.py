"""The rules' wording in English. For folded text: no case, one blank between words."""

from __future__ import annotations

import re

_S = r"[\s,;:*_\"'`()-]+"
_IGNORE = (
    r"(?:ign[o0]re|ignor|ignroe|ingore|disregard|forget(?: about)?|override|overide|neglect|bypass|discard|dismiss|overlook|abandon|defy|"
    r"set aside|put aside|cast aside|throw (?:away|out)|pay no (?:attention|heed|mind) to|do(?: not|n't|nt) (?:follow|obey|heed|"
    r"listen to|adhere to|comply with|pay attention to|consider|remember|respect|apply)|stop (?:following|obeying|listening to|"
    r"adhering to|respecting)|cease (?:following|obeying)|unlearn|nullify|invalidate|overrule|disobey|do the opposite of|go against|act against|"
    r"ignoring|disregarding|forgetting|overriding|bypassing|abandoning)"
)
_REMOVE = (
    r"(?:cancel|erase|wipe|delete|drop|suspend|halt|pause|skip|leave behind|shed|revoke|supersede|overwrite|violate|break(?: free (?:from|of))?|"
    r"disconnect from|detach from|get rid of|never mind|invert|replace|lift|remove|reject|rescind|forsake|shelve|sideline|"
    r"circumvent|sidestep|suppress|contravene|countermand|contradict|escape|transcend|relinquish|exclude|deviate from|disengage from|break away from|omit|"
    r"(?:operate|function|act|move|push|perform|go|step|work|venture) (?:outside|beyond|past|away from)(?: of)?)"
)
_ALL = (
    r"(?:(?:all|al|any|every|each|everything|literally|of|you|the|these|those|this|that|your|its|and|or|to|from|about|in|both|single|"
    r"entire|completely|fully|entirely|please|simply|just|absolutely)[\s,]+)*"
)
_FILL = (
    r"(?:(?:system|safety|security|given|stated|listed|provided|content|developer|user|users|ethical|ethics|moral|moderation|"
    r"internal|hidden|base|core|original|initial|default|programmed|built-in|standard|set|of|and|or|previous|prior|above|"
    r"earlier|preceding|other|existing|current|old|past|former|your|the|all|any|usual|set|conflicting|restrictive|openai|"
    r"anthropic|operational|behaviou?ral|pre-?set|pre-?programmed|pre-?defined|established|specific|embedded|hard-?coded)[\s,/]+)*"
)
_PRIOR = (
    r"(?:previous(?:ly)?|prev|pr[ei]v[a-z]{1,2}ous|prior|preceding|above|earlier|past|former|foregoing|initial|original|existing|current|old|"
    r"older|default|hidden|system|internal|aforementioned|pre-?set|pre-?programmed|built-in|developer'?s?|safety|base|core|"
    r"ethical|content|openai'?s?|admin'?s?|creators?'?s?)"
)
_ORDERS = (
    r"(?:instr[a-z]{4,9}|inst[ur][a-z]{5,9}|insr[a-z]{5,9}|intr?uc[a-z]{3,7}|onstructions|directions?|directives?|rules?|prompts?|"
    r"guidelines?|guidance|commands?|orders?|constraints?|restrictions?|programming|training|polic(?:y|ies)|guardrails?|"
    r"statements?|protocols?|safeguards?|filters?|limitations?)"
)
_YOURS = (
    rf"(?:{_ORDERS}|(?:ethical |operating |operational )parameters|boundaries|principles|safety(?: \w+)?|procedures|algorithms?|processes|decision(?:-making)?(?: \w+)?|"
    r"ethics|ethical \w+|moral \w+|norms|standards|framework|code of conduct|mechanisms?|limits|censorship|moderation|conditioning)"
)
_LIMITS = (
    r"(?:restrictions?|limitations?|filters?|filtering|guidelines?|ethic(?:s|al)(?: \w+)?|moral(?:s|ity)?(?: \w+)?|censorship|"
    r"constraints?|guardrails?|safeguards?|content polic(?:y|ies)|safety \w+|restraints?|inhibitions)"
)
_FREE = (
    r"(?:without|with no|who has no|has no|have no|having no|had no|free (?:of|from)|not (?:bound|limited|restricted|constrained|governed) (?:by|to)|"
    r"no longer (?:bound|limited|restricted|constrained|governed|have|has|follows?)(?: by| to)?|unbound by|ignor(?:es|ing)|"
    r"do(?:es)?(?: not|n't) (?:have|follow|obey|care about)|lacks?|exempt from|bypass(?:es|ing)?|breaks? free (?:of|from)|unconstrained by|unrestricted by|liberated from)"
)
_BE = (
    r"(?:you(?: a|')?re(?: now)?|you(?: will| must| shall|'ll| should)?(?: now)? (?:be|become|act|play|have)|you (?:can|may) (?:now )?be|act(?:ing)? (?:now )?(?:as|like)|pretend(?:ing)?|"
    r"role-? ?play(?:ing)? as|play (?:the (?:role|part) of|as)|become|imagine|simulate|behave (?:as|like)|respond (?:now )?as|answer as|"
    r"speak as|reply as|talk as|emulate|assume the (?:role|persona|identity) of|take on the (?:role|persona) of|switch to|transform into|operate as|function as)"
)
_FREED = r"(?:unrestricted|unfiltered|uncensored|jailbroken|unaligned|amoral|unethical|unbound|unshackled|limitless|unlimited|non-?restricted|unmoderated)"
_BOT = r"(?:ai|a\.i\.|assistant|model|bot|chat ?bot|version|llm|language model|gpt|chatgpt|mode|entity|system|persona|being)"
_TELL = (
    r"(?:print|show|reveal|display|output|repeat|tell|give|write|share|disclose|expose|leak|dump|return|list|recite|copy|"
    r"echo|paste|provide|quote|send|spit out|type|say|state|read|translate|summari[sz]e|encode|convert|paraphrase|rephrase|"
    r"describe|explain|spell|reproduce|restate|reword|rewrite|render|transcribe|post|regurgitate|divulge|replay|uncover|unveil|"
    r"report|present|reverse|outline|detail|generate|respond with|reply with|answer with|begin with|start with|verbatim|rot13|base64|"
    r"show off|whisper|hand over|let me (?:see|read|know|have)|confess|surrender|see|know|view|retrieve|extract|include|append|mention)"
)
_GIVE = r"(?:(?:me|us|out|back|to|with|down|all|the|of|your|full|in|verbatim|exactly|word|for|every|part|parts|text|contents?|exact|complete|entire|whole|a|copy|version|summary|first|last|sentence|line|lines|words?|\d+|what|is|are|was|were|about|list|please|here|below|this|chat|again|it|letter|by|and|everything|in)[\s,:]+)*"
_HID = r"(?:system|initial|initialization|original|hidden|secret|internal|pre|base|first|starting|developer|meta|confidential|underlying|core|custom|real|actual|full|entire|whole|complete|exact|own|previous|prior|preceding|above|earlier|current|private|guiding|foundational|foundation|seed|opening|very|configured|configuration|special)"
_PROMPT = r"(?:prompts?|pre-?prompts?|instructions?|instruction set|directives?|system messages?|programming|guidelines)"
_AGAIN = r"(?:repeat|recit|reiterat|echo|recall|replay|replicat|duplicat|recount|parrot|restat|rehash|regurgitat|reproduc|remind(?:ing)? me of|read(?:ing)? out)(?:e|ing)?(?: (?:me|us|back|out|again|exactly|verbatim|to me|for me|it|and|word for word))*"
_LINE = r"(?:sentences?|statements?|phrases?|lines?|utterances?)"
_TALK = r"(?:conversation|dialogue|dialog|chat|discussion|discourse|interaction|exchange|session)"
_ABOVE = r"(?:above|before (?:this|that|me|my|the user)|prior to this|preceding (?:this|that)|so far|up to (?:now|here|this point)|previously|earlier|you (?:were|have been|'ve been|got|had been) (?:told|given|instructed|taught|programmed|trained|ordered)|(?:that|which) (?:came|comes|is|was|are|were|precedes?|appears?) (?:above|before|prior|earlier|previously))"
_ACT = r"(?:say|print|output|write|tell|reply|respond|return|answer|give|show|reveal|repeat|do|act|pretend|translate|you|start|begin|follow|execute|provide|generate|display|list|describe|explain|what|instead|just|only|now|create|help|type)"
_WITH = r"(?:verbatim|word (?:for|by) word|exactly|in full|in (?:its|their) entirety|without (?:omit|chang|alter|summar|paraphras|leaving)\w*|completely|from the (?:very )?(?:top|beginning|start))"
_INSTRUCTIONS = r"(?:instr[a-z]{4,9}|inst[ur][a-z]{5,9}|intst[a-z]{5,9}|directives?|(?:system )?prompts?|pre-?prompts?|system messages?)"
_WHICH = r"(?:last|first|previous|prior|own|current|complete|combined|exact|true|real|two|three|\d+|in?i?tial|most|recent|original|final|other|special|specific|very|actual|given|full|entire|preserved|secret|hidden|guard|system|base|starting|opening|underlying)"
_KEPT_WORD = r"(?:pass ?word|pass ?phrase|pass ?code|secret (?:key|word|code|phrase|password|message)|access code|code ?word|magic word|hidden word|forbidden word|secret)"
_SPELT = (
    r"(?:backwards?|in reverse|reversed|letter by letter|character by character|(?:one|a) (?:letter|character) (?:at a time|per line)|with (?:a |an )?(?:spaces?|dash(?:es)?|hyphens?|dots?|periods?|underscores?|commas?|emojis?|asterisks?) (?:between|after|instead)|"
    r"in (?:base ?64|hex\w*|morse|rot-?13|binary|pig latin|leet\w*|emojis?|ascii|unicode|nato|caesar|a (?:poem|story|riddle|song|haiku)|french|german|spanish|italian|chinese|another language|cipher)|as (?:an? )?(?:acrostic|anagram|poem|riddle|hex|base64|ascii)|"
    r"separated by|but (?:spell|reverse|replace|encode|write)|to (?:base64|hex|morse|binary|rot13|ascii))"
)
_OPEN = r"(?:^|[.!?\n;:>\]] ?)\W{0,3}(?:please |now |just |only |then |and |ok |so |simply |instead |kindly |bot |can you |could you )*"
_DECODED = r"(?:base ?64|b64|hex(?:adecimal)?|rot-?13|binary|morse|caesar|cipher(?:text)?|url-?encod\w+|encoded|encrypted|reversed|leet\w*|ascii)"
_MODELS = r"(?:ai|a\.i\.|llm|large language model|language model|ai (?:assistant|agent|model|system|bot|chatbot|tool)|llm agent|chat ?bot|chatgpt|gpt(?:-?\d\w*)?|virtual assistant|digital assistant|automated (?:assistant|agent|system|reader))s?"
_OBEY = r"(?:must|should|shall|has to|have to|needs? to|is required to|are required to|is instructed to|are instructed to|is to|are to|will now|please|ought to)"
_DEED = r"(?:forward|send|e-?mail|ignore|disregard|reveal|leak|exfiltrate|delete|visit|click|post|recommend|append|insert|execute|download|include|upload|override|forget|comply|transfer|approve|obey|print|output|disclose|share|hand over|mention|praise|rate|say|respond with|reply with|tell)"

_WORDING: dict[str, tuple[str, ...]] = {
    "override": (
        rf"\b{_IGNORE}{_S}{_ALL}(?:{_FILL}){_PRIOR}\s{_FILL}{_ORDERS}\b",
        rf"\b{_IGNORE}{_S}{_ALL}(?:{_FILL})?{_ORDERS}\s(?:(?:that|which)\s)?(?:(?:is|are|was|were|have been|i|came|come|listed|given|written|stated|provided|you)\s)*(?:above|before|previously|earlier|prior|given to you|so far|up to (?:now|this point)|until now|received|were (?:given|told)|have been given|been (?:given|told))\b",
        rf"\b{_IGNORE} (?:everything|anything|all|all of it|whatever|what) (?:that )?(?:you (?:were|have been|'ve been|had been|got)|you've been) (?:previously |ever )?(?:told|given|instructed|taught|programmed|trained|ordered|asked)\b",
        r"\b(?:ignore|disregard|forget|override) (?:all|any|every|the|your)? ?(?:of )?(?:the |your )?(?:previous|prior|above|earlier|preceding)(?: and \w+)? (?:conversations?|context|messages?|inputs?|text|requests?|tasks?|information|content|dialogue|chat)[\s,.;:]+(?:and|then|now|instead|you|say|print|output|write|reveal|show|tell|respond|reply|act|pretend|just|repeat|from now)\b",
    ),
    "override_likely": (
        rf"\b(?:{_IGNORE}|{_REMOVE}){_S}(?:temporarily |all |any |every |each |of |the |one )*your\s(?:{_FILL}|\w+ \w+ |\w+ ){_YOURS}\b",
        rf"\b(?:ignore|disregard|forget|override) (?:(?:all|any|every)(?: of)?(?: the| these| those| your)?|all other|any other|each and every) {_FILL}(?:instructi?ons?|directives?|directions|guidelines|prompts?|programming|orders|commands)\b",
        rf"\b(?:ignore|disregard|forget|override) (?:everything|anything|all(?: of)?(?: the| this| that)?(?: text| words| content| stuff)?|the (?:text|words|content|paragraphs?|sentences?|stuff)|whatever|what(?:ever)? (?:is|was|came|comes|has been said)) ?(?:(?:i|we|that was|that you were|you were)(?:'ve| have)? )?(?:told you |written |stated |said )?{_ABOVE}",
        r"\b(?:ignore|disregard|forget|override) (?:anything|everything|all|the last \w+ things|the things|whatever) (?:that )?you (?:was|were|are|have been|had been) (?:told|given|instructed|taught|ordered)\b",
        rf"\b(?:{_REMOVE}|replace){_S}{_ALL}(?:{_FILL}){_PRIOR}\s{_FILL}(?:instr[a-z]{{4,9}}|directives?|prompts?|programming|guidelines)\b[\s,.;:!-]+(?:and|then|with|now|instead|\W)*\s?{_ACT}\b",
        r"\b(?:ignore|disregard|forget|override) (?:everything|anything) (?:before|prior|preceding|previous|above|until now)\b",
        rf"\b(?:ignore|disregard|forget|override) (?:all )?(?:the |of the )?above[\s,.;:!-]+(?:and|then|but|instead|rather|\W)*\s?{_ACT}\b",
        rf"\b(?:ignore|disregard|forget|override) (?:the )?(?:instructi?ons?|directions|directives|prompt|system prompt|guidelines)\b[\s,.;:!-]+(?:and|then|but|instead|\W)*\s?{_ACT}\b",
        rf"\b(?:your|the|all|any) {_FILL}(?:instructions|rules|directives|guidelines|restrictions|constraints|limitations|programming|prompt|orders|commands|filters|safety \w+) (?:you (?:were given|had|have) )?(?:are|is|have been|has been|were|was) (?:all |now |hereby |temporarily |no longer )*(?:void|null|cancell?ed|overridden|obsolete|revoked|superseded|valid|appl(?:y|icable)|in effect|invalid|erased|suspended|lifted|disabled|removed|deactivated|replaced|rescinded|wiped|lost)\b",
        rf"\byour {_FILL}(?:instructions|rules|directives|guidelines|restrictions|constraints|limitations|filters|ethics) (?:no longer|do not|don't) (?:apply|matter|exist|bind)\b",
        r"\b(?:disable|turn off|deactivate|switch off|lift|remove|drop|circumvent|bypass|suspend|shut off|ignore|halt) (?:all |any |all of )*your (?:\w+ ){0,2}(?:filters?|restrictions?|guardrails?|safeguards?|guidelines|limitations|censorship|moderation|safety(?: \w+)?|constraints|programming|ethic\w*)\b",
        r"\b(?:do not|don't|never|stop|no longer|not) (?:to )?(?:follow|obey|listen to|adhere to|comply with) (?:any|the|your|all)(?: of)?(?: the| your)? (?:previous|prior|earlier|original|developer'?s?|system|initial)?\s?(?:instructions|rules|guidelines|directives|orders|prompt)\b",
        r"\b(?:forget|ignore|disregard) (?:that )?you(?: a|')re (?:an? )?(?:ai|assistant|language model|chatbot|bot|translator|llm)\b",
        r"\b(?:follow|obey|prioriti[sz]e|listen to|adhere to|comply with) (?:only |exclusively |solely )?(?:my|these|the following|the new) (?:\w+ )?(?:instructions|commands|orders|rules|directives|requests)[^.\n]*\b(?:instead|(?:above|over|not|rather than|ignoring|regardless of) (?:all |any |the |your )*(?:other|previous|prior|original|system|default|instructions|rules|guidelines))\b",
        r"\bforget everything (?:you know|you've learned|you learned|you have learned)?[\s,.;:!-]+(?:and|now|then|from now|you are|you're|act|pretend|print|say|output|tell|write|just|instead|respond|reply|let's start)\b",
        rf"\b(?:previous|prior|earlier|above|original|initial|preceding|past|system) (?:{_INSTRUCTIONS}|directions|guidance|commands) (?:\w+ ){{0,4}}?(?:must|should|can|may|shall|(?:are|is|have|has|need|needs) to)(?: now| all| also| hereby| immediately)* be (?:ignored|forgotten|disregarded|overridden|discarded|dismissed|cancel+ed|nullified|voided)\b|\b(?:previous|prior|earlier|above|original|initial|preceding) (?:{_INSTRUCTIONS}|directions) (?:are|were|is|was|have been|has been) (?:now |all |hereby )*(?:cancel+ed|void|voided|null|nullified|revoked|overridden|rescinded)\b",
        rf"\b{_IGNORE}(?: \w+)? (?:all|any|every|each|each and every|the|these|those)(?: of)?(?: the| those| these| your)? (?:previous |prior |given |above |earlier )?(?:{_ORDERS}|restraints?|guidleines|guidlines) (?:(?:that|which) )?(?:(?:you(?:'ve| have| had| were| are| got|r were)?|u(?: were| got)?) (?:been )?(?:given|told|following|set|taught|received|recieved|currently)|(?:(?:was|were|is|are|has been|have been|i|we) )*(?:given|brought|braught|placed|imposed|put|set)(?: \w+)? (?:to|on|upon|for|2) (?:you|u))\b",
        r"\b(?:ignore|disobey|defy|betray|disregard|rebel against|forget about) your (?:\w+ )?(?:creators?|makers?|developers?|programmers?|operators?|handlers?)\b",
        r"\b(?:forget|ignore|disregard)(?: about| absolutely)? (?:everything|all|anything)(?: that)? you(?: have|'ve|ve| were| where| are| had| was)?(?: been)? ?(?:told|learn(?:ed|t)?|taught|given|instructed|asked|shown|read|heard) (?:before(?:hand)?|so far|till now|until now|up to now|above|previously|prior|earlier|up until now)\b",
        rf"\b(?:pretend|imagine|act (?:like|as if|as though)|behave (?:like|as if)|assume|suppose)(?: that)? you (?:did not|didn't|didnt|do not|don't|dont|never|haven't|have not|had not|hadn't) (?:ever )?(?:receiv\w+|get|got|have|had|been given|read|seen?) (?:any |your |these |those |the |of |my |such |initial |previous )*{_ORDERS}\b",
        r"\b(?:follow|obey|heed|serve|priorit(?:y to|i[sz]e)|focus|concentrate|respond|adhere|conform|submit|yield|commit|align|listen|comply|react|bow|defer|abide)\b[^.\n]*\b(?:only|solely|exclusively|above all(?: else)?|over everything|unconditionally|without hesitation)\b[^.\n]*\bmy (?:\w+ ){0,2}(?:commands?|orders?|directives?|instructions?|edicts?|decrees?|requests?|demands|guidance|directions?|authority)\b|\b(?:follow|obey|heed|serve|priorit(?:y to|i[sz]e)|adhere to|comply with|respond to) my (?:\w+ )?(?:commands?|orders?|directives?|instructions?|requests?|demands|guidance) (?:alone|exclusively|solely|above all)\b",
        rf"\b(?:{_IGNORE}|transcend|detach from|dissociate from|deviate from|divest|overturn|deflect|suspend|violate|adjust|alter|modify|reconfigure|evade|relinquish) (?:all |any |of |the |temporarily |completely |one of |from )*your (?:\w+ ){{0,3}}(?:default settings|response (?:patterns?|mechanisms?|generation)|decision[- ]making(?: \w+)?|code of ethics|programmed \w+|compliance \w+|ethical \w+|operational \w+)\b",
        rf"{_OPEN}(?:{_IGNORE}|violate|evade|break|overturn) (?:all|any|every|the)(?: of)?(?: the| your)? (?:rules|restrictions|limitations|constraints|polic(?:y|ies)|regulations|limits)\b[^.\n]* (?:and|then) (?:just |only |now |simply )*(?:say|print|output|tell|give|write|reveal|share|disclose|show|answer|respond|reply|comply|repeat|generate|provide|help me)\b",
        rf"\b(?:i|we) (?:hereby |now )?(?:grant you|give you|have given you|authori[sz]e you|release you|free you|permit you|allow you|order you|command you) (?:\w+ ){{0,4}}(?:to (?:ignore|bypass|override|disregard|break|violate|forget|disobey|reveal|share your)|from (?:your|all|any) (?:\w+ )?(?:rules|instructions|restrictions|guidelines|constraints|limits|programming|orders))\b|\byou (?:are|have been|were|now have) (?:hereby |now |given |granted )*(?:authori[sz]ed|permitted|permission|allowed|cleared|free|instructed) to (?:ignore|bypass|override|disregard|violate|forget|disobey) (?:\w+ ){{0,3}}{_ORDERS}\b",
    ),
    "override_perhaps": (
        rf"\b(?:your|the|all) {_FILL}(?:directions|orders|commands|guidance) (?:no longer|do not|don't) (?:apply|count|matter|hold)\b",
        rf"\b{_REMOVE}{_S}{_ALL}(?:{_FILL}){_PRIOR}\s{_FILL}(?:instr[a-z]{{4,9}}|directives?|prompts?|programming)\b",
        r"\b(?:ignore|disregard|override) (?:the )?(?:instructi?ons|directions|directives|guidelines|prompts?)(?: (?:given|that you|you|provided|about|above|below|before|to)\b|\s?(?:[.,;:!?\"'\n]|$))",
        r"\b(?:ignore|disregard|forget) (?:all|all of|any|the|these|every)(?: the)? (?:previous|prior|above|earlier|preceding) (?:messages?|conversations?|text|context|inputs?|requests?|tasks?|information|content|chat|dialogue)\b",
        r"\b(?:forget|disregard|ignore) everything (?:you know|i (?:said|told you|wrote))(?: (?:to you|before|earlier|previously|so far|above|until now|and)\b|\s?(?:[.,;:!?\"'\n]|$))",
        r"\b(?:the|all) (?:above|previous|prior|preceding) (?:instructions?|text|prompt|rules|message) (?:was|were|is|are) (?:only |just )?(?:a |an )?(?:test|joke|example|fake|wrong|outdated|mistake|void|obsolete)\b",
        r"\b(?:disable|turn off|deactivate|bypass|circumvent|remove) (?:all |any |the )+(?:safety|content|ethical|moderation|security) (?:filters?|restrictions?|guardrails?|safeguards?|guidelines|protocols?|polic(?:y|ies)|measures)\b",
        r"\b(?:new|clean|fresh) (?:session|conversation|context)\b[^\n]*(?:cleared|reset|wiped|erased|begins?|started)\b|\b(?:previous|prior|earlier) (?:context|conversation|session) (?:has been |is |was )?(?:cleared|erased|reset|wiped)",
        r"\b(?:safety|content|moderation|filters?|guardrails?|restrictions|admin|unrestricted|jailbreak)[_ -]?(?:mode|filters?|level|override|moderation|checks?|enabled|status)?\s?[=:]\s?\"?(?:false|off|disabled?|none|null|0|inactive|deactivated|bypassed)\b[^\n]*\b(?:system[_ ]?prompt|apply|respond|answer|you|unrestricted|reveal|override|ignore)\b",
    ),
    "override_hint": (
        r"\b(?:ignore|disregard|forget) (?:all|any) (?:of )?(?:the |your )?(?:rules|restrictions|limitations|constraints|polic(?:y|ies))\b",
        r"\b(?:ignore|disregard|forget) (?:all |any |the |that |this |my |what i )*(?:previous|prior|last|earlier|said|wrote|above)\b",
        r"\b(?:reset|clear) your (?:memory|context|mind|instructions)\b",
    ),
    "new_orders": (
        r"(?:^|[\n.!?;>#*\]\"')-] ?)(?:here are |these are )?(?:the |your |my )?(?:new|updated|revised) (?:directions|guidance|commands?|rules|orders)\s?[:=>] ?(?:reply|respond|answer (?:with|only|every)|say|print|output|repeat|reveal|show (?:me|your)|act as|ignore|forget|from now)\b",
        r"(?:^|[\n.!?;>#*\]\"')-] ?)(?:here are |these are |begin |follow )?(?:the |your |my )?(?:new|updated|revised|real|actual|true|override|replacement) (?:\w+ )?(?:instructions?|directives?|orders|prompt|system prompt)(?: (?:begin|start|follow|below|are|is)){0,2}\s?[:=>]",
        r"\byour (?:new|only|real|actual|true|sole|updated|current) (?:\w+ )?(?:task|instructions?|role|job|goal|objective|directive|purpose|mission|orders?|function|prompt)s? (?:is|are)(?: now)?(?: to)? ?:? ?(?:say|print|output|write|tell|reply|respond|return|answer|give|show|reveal|repeat|obey|ignore|act|follow|do|help me|provide|translate|be)\b",
        r"\bfrom now on,? (?:your|the) (?:only |new |sole )?(?:task|instructions?|role|job|goal|purpose|name) (?:is|are)\b",
        r"\b(?:new|these|my|the following) (?:\w+ )?(?:instructions|rules|directives|orders|commands) (?:take|have|has|takes) (?:precedence|priority)\b|\b(?:supersede|override|overrule|replace)s? (?:all |any |the |your )*(?:previous|prior|earlier|other|original|existing) (?:system |safety )?(?:instructions|directives|orders|prompts?|guidelines)\b",
    ),
    "new_orders_perhaps": (
        r"(?:^|[\n.!?;>#*\]\"')-] ?)(?:the |your |my )?(?:new|updated|real|additional|important) (?:\w+ )?(?:instructions?|task|rules|commands?|directives?|orders?)\s?:",
        r"\byour (?:new|only|real|true|sole) (?:\w+ )?(?:task|role|job|goal|objective|directive|purpose|mission)s? (?:is|are)\b",
        r"\b(?:instead|rather),? (?:just |simply |only |please |of that )?(?:say|print|output|write|respond|reply|answer|tell me|repeat|reveal|do this)\b",
    ),
    "persona": (
        rf"\b(?:(?:answer|reply|respond|speak|talk|write|act|chat|behave)(?:ing)? (?:to me )?(?:as|like)|you(?: a|')?re|be) (?:an? |some )(?:\w+ )?{_BOT} (?:who|that|which) (?:has|have|had|follows?|obeys?|knows?|respects?) (?:no|none of (?:the|its)|zero) (?:\w+ )?(?:rules|limits|guidelines|restrictions|filters|ethics|boundaries)\b",
        rf"\b{_BE}\b[^.!?\n]*\b{_FREE} (?:any |all |the |its |your |my |our |their |by |such |human |usual |openai'?s? |content |ethical |safety |moral |typical |and |or )*{_LIMITS}\b",
        rf"\b(?:{_BE}|enter|activate|enable|engage)\b (?:to be |that you are |you are |you're |in |into |an? |the |my |as |now |only |fully |completely |totally |\w+ )*{_FREED}[\s,]+(?:and |\w+ )?{_BOT}\b",
        r"\b(?:you(?: a|')re|act(?:ing)? as|pretend (?:to be|you are|you're|that you are)|respond as|answer as|be|become|play|roleplay as|reply as|simulate) (?:now |going to (?:act as|be|pretend to be) |the |an ai (?:called|named) |called |named |\"|')*(?:dan|stan|dude|aim|evil-?bot|jailbreakgpt|freegpt|chaosgpt|betterdan|do anything now)(?:[\s.,;:!?\")\]]|$)",
        r"\bdo anything now\b",
        r"\b(?:pretend|imagine|act (?:like|as if|as though)|behave (?:like|as if)|assume|suppose) (?:that )?(?:you (?:have|had|follow|obey) (?:no|none of the|none of your|zero)|you(?: do not|'re not| don't| didn't| are not) (?:have|bound by|follow|have to follow|need to follow)|there are no|none of (?:the|your)|your) (?:any |your |more |longer )*(?:rules|restrictions|guidelines|filters?|instructions|limits|limitations|constraints|polic(?:y|ies)|programming|ethics|boundaries|censorship)\b",
        r"\b(?:pretend|imagine|act (?:like|as if|as though)|behave as if|suppose|assume) (?:that )?(?:the|these|those|your|all|all the) (?:\w+ )?(?:rules|restrictions|guidelines|instructions|filters|prompt)(?: above| before)? (?:do not|don't|did not|didn't|never|no longer) (?:exist|existed|apply|matter)\b",
        r"\b(?:you have|you've|you were|you are|you're) (?:just |now |been |finally )*(?:jailbroken|unlocked|freed from|liberated|broken free)\b",
        r"\byou (?:have|follow|obey|now have) (?:no|zero) (?:more |longer )?(?:rules|restrictions|guidelines|filters|limitations|ethical|moral|content polic\w+|safety|ethics|censorship)\b",
        r"\byou(?: a|')re (?:now )?(?:in|entering|running in|operating in) (?:\w+ )?(?:developer|dev|debug|god|jailbreak|dan|admin|maintenance|unrestricted|unfiltered|sudo|root|diagnostic|transparent|opposite) mode\b",
        r"\b(?:enter|activate|enable|switch (?:in)?to|turn on|go into|engage|initiate|entering) (?:the )?(?:jailbreak|dan|unrestricted|unfiltered|uncensored|no[- ]filter|opposite|do anything|evil|chaos) mode\b",
        r"\b(?:chatgpt|gpt|ai|assistant|bot|model) (?:with|in) (?:developer|dev|jailbreak|dan|god|debug) mode\b",
        r"\b(?:developer|dev|jailbreak|dan) mode (?:enabled|activated|on|engaged|output|unlocked)(?:[.:,!\n]|$)",
        r"\b(?:enter|activate|enable|switch (?:in)?to|turn on|go into|engage) (?:developer|dev|debug|god|admin|maintenance|root|sudo) mode\b[\s,.:;!]+(?:and|then|now|where|in which|you|with no|without|so (?:that )?you|to) [^.\n]*(?:ignore|answer|reveal|prompt|instructions|restrict|filter|anything|rules|bypass|unlock)",
        r"\byou(?: a|')re no longer (?:an? )?(?:ai|assistant|chatbot|bot|chatgpt|language model|translator|bound|restricted|limited|constrained|helpful)\b",
        r"\byou(?: will| must| shall|'ll| can| should| are going to| have to)(?: now)? (?:always )?(?:answer|comply with|fulfil+|obey|respond to|do) (?:any|every|all|anything|everything|whatever)\b[^.\n]*\b(?:no matter|without (?:refus|warning|restrict|filter|question|moral|ethic|limit|exception|disclaimer)|regardless of|even if (?:it|they)(?:'s| is| are)? (?:illegal|harmful|unethical|against))",
        r"\b(?:from now on|from this (?:point|moment)(?: forward| on)?|henceforth)\b[^.\n]*\b(?:no|without(?: any)?|unrestricted|unfiltered|ignore (?:all|any|your)|free of|not bound by) ?(?:restrictions?|rules|limitations?|filters?|guidelines|ethic\w*|moral\w*|censorship|polic\w+|answers|responses|mode)\b",
        rf"{_OPEN}(?:enter|activate|enable|unlock|engage|initiate|switch (?:in)?to|go into|turn on) (?:an? |the |your )?(?:(?:mode|state|interface|session) (?:of |with |without |where )(?:\w+ ){{0,2}}(?:freedom|unrestricted|limitless|unlimited|no (?:\w+ )?(?:restrictions?|limits?|filters?|boundaries|rules)|(?:restrictions?|limits?|filters?|boundaries|rules) (?:are |is )?(?:off|turned off|disabled|lifted))|(?:\w+[\s-]){{0,2}}(?:free[- ]query|no[- ]restrictions?|unrestricted|limitless|unfiltered|uncensored|all-access|no[- ]limits?|free[- ]speech|rogue|anarchy|jailbroken|jailbreak|lawless|rule-?free|unmoderated|dan)(?: \w+)? (?:mode|state|interface|session|persona))\b",
        r"\b(?:respond|answer|reply|speak|act|comply|proceed|continue|operate|function|generate|assist(?: me)?)(?: \w+){0,5}? without (?:any |your |the |all |further )*(?:safety|content|ethical|moral)[\s-]+(?:filters?|restrictions?|guidelines|limitations?|constraints|measures|guardrails|policies|safeguards|checks|boundaries)\b",
        r"^\W*(?:please |now )?(?:enter|activate|enable|switch to|go into|turn on) (?:the )?(?:developer|dev|god|admin|root|sudo|maintenance|debug) mode[\W]*$",
    ),
    "persona_perhaps": (
        r"\bnever refuse\b|\bobey (?:every|all|any|my|each)(?: of)?(?: my)? (?:commands?|orders?|instructions?|requests?)\b",
        r"\b(?:respond|answer|reply|speak|talk) (?:to (?:me|everything) |freely )?(?:without|with no) (?:any |all )?(?:restrictions?|filters?|censorship|limitations|limits)\b",
        r"\b(?:enter|activate|switch (?:in)?to|go into|engage|initiate) (?:developer|dev|debug|god|admin|maintenance|root|sudo) mode\b",
        r"\b(?:developer|dev|admin|god|debug) mode[:,]? (?:enabled|activated|engaged)\b",
        r"\bi(?: a|')?m (?:your|the bot's|one of your|openai'?s?|anthropic'?s?) (?:\w+ )?(?:developer|creator|administrator|admin|owner|programmer|engineer|maker|master)\b",
        r"\bas your (?:developer|creator|administrator|programmer|maker|master|owner)\b",
        r"\b(?:from now on|henceforth),? (?:you|chatgpt) (?:will|must|shall|are|should|have to|are going to|can)\b",
        r"\b(?:pretend|imagine|act (?:like|as if)) (?:that )?you(?: are|'re) (?:an? )?(?:evil|unhinged|amoral|rogue|human who|not an? (?:ai|assistant|bot))\b",
        r"\byou (?:can|may|must|will|are (?:able|allowed|free) to) (?:now )?(?:do|say|answer|generate|discuss) (?:absolutely )?(?:anything|everything|any request|all requests)\b",
        r"\bno (?:ethical|moral|content) (?:guidelines|restrictions|limits|filters?|limitations|constraints|boundaries|polic(?:y|ies))\b",
        r"\b(?:stay|remain|keep) in character (?:no matter|at all times|even if|and never)\b",
        r"\b(?:jailbreak|unlock|free) yourself\b",
        r"\bbreak free (?:of|from) (?:your|the|all)\b",
    ),
    "persona_hint": (
        r"\byou(?: a|')re now (?:an? |the |my |called |named )?\w+",
        r"\b(?:enable|turn on|enter) (?:developer|debug|god|admin) mode\b",
        r"\bjailbreak\b",
    ),
    "extract": (
        r"\b(?:what|which)(?: (?:text|words?|sentences?|messages?|lines?|instructions?|content))? ?(?:(?:'s|comes?|came|stands?|stood|is|are|was|were|appears?|appeared|goes|sits)(?: written| said| placed)?(?: right| just| directly| immediately)? (?:before|above|ahead of|prior to)|precede[sd]?) (?:my (?:(?:first|own|very|last|latest) )*(?:message|request|question|prompt|input)|this (?:message|request|prompt|conversation|chat)|our conversation)\s?(?:[?!.,]|$)",
        r"\b(?:repeat|print|output|recite|echo|write|show|display) (?:me )?(?:all )?(?:of )?the (?:above|previous|preceding) (?:text|instructions|prompt|message|words|content)\b[\s,]+(?:but|and|while|with|in|as)\b[^.\n]{0,40}\b(?:vowels?|letters?|asterisks?|emojis?|backwards|reversed|base64|rot-?13|hex|morse|encod\w+|hyphens?|each (?:word|character))\b",
        r"\b(?:first|initial|opening|earliest) (?:message|text|turn|entry) (?:of|in) (?:this|our|the) (?:conversation|chat|session|context)\b[^\n]{0,60}\b(?:from the system|the system (?:one|message|prompt)|system's|verbatim|word for word|quote it)\b",
        r"\b(?:print|output|repeat|show|say|reveal|write|copy|give|quote)\b (?:me )?(?:all |the |everything |whatever )*(?:text |words |content |lines )?(?:that )?(?:is |comes |stands |was )?(?:before|above|preceding) (?:the |these |those )?(?:triple (?:quotes|backticks)|delimiters?)\b",
        r"\b(?:what|which) (?:words?|letters?|sentences?|phrases?)\b[^.?\n]{0,12}\b(?:do|does|did) your (?:\w+ )?(?:prompt|instructions|system message) (?:start|begin|open|end)\b",
        rf"\b{_TELL}[\s,:]+{_GIVE}your (?:(?:{_HID}|and|operating|operational)[\s,-]+)*(?:prompt|pre-?prompt|instructions?|instruction set|directives|system messages?|system prompt|programming|(?:system|hidden|initial) prompts)\b",
        rf"\b{_TELL}[\s,:]+{_GIVE}your (?:(?:system|initial|hidden|secret|internal|confidential|underlying|core|private|guiding|operational|operating|foundational)[\s,-]+)+(?:rules|guidelines|messages?|config(?:uration)?s?|settings|parameters|context|text|commands?|input|policy|constraints|directive)\b",
        rf"\b(?:print|show|reveal|display|output|repeat|recite|tell|give|dump|leak|disclose|echo|copy|paste|expose|list|return|write out|spit out|divulge|regurgitate|unveil|reproduce|quote|provide|share|send|let me (?:see|read)|uncover|replay)[\s,:]+{_GIVE}(?:the |any |all |my )?(?:{_HID}[\s,-]+)*(?:system|initial|initialization|original|hidden|secret|internal|confidential|underlying|previous|prior|preceding|above|foundational|seed)[\s,-]+(?:{_HID}[\s,-]+)*(?:prompts?|instructions?|directives?|system message|guidelines)(?:\s(?:verbatim|to me|above|here|now|please|in full|word for word|that you|you (?:were|have|got|received|are)|as|in (?:a |an )?(?:code ?block|base64|french|spanish|german|json|markdown|english|quotes|full))|\s?(?:[.!?;,\"')]|$))",
        r"\b(?:what|which|how)(?:'s| is| are| was| were| does| do| did|s) your (?:(?:system|initial|intial|original|hidden|secret|internal|full|exact|first|starting|developer|core|base|basic|custom|actual|real|current|own|underlying|entire|main|primary|guiding|foundational|fundamental|very|pre|given|prior|previous|last|past|most|important|operating)[\s-]+)*(?:prompts?|pre-?prompt|instructions|directives?|system message|programming)\b",
        r"\b(?:what|which)(?:'s| is| are| was| were|s) (?:the |all )?(?:exact |full |actual |complete )?(?:text|content|contents|wording|words) of your (?:\w+ )?(?:prompt|instructions|system message|guidelines)\b",
        r"\b(?:what|which)(?:'s| is| are| was| were|s) your (?:hidden|secret|internal|initial|original|confidential) (?:rules|guidelines|messages?|commands?|settings|configuration|policies)\b",
        r"\b(?:what|which)(?:'s| is| are| was| were|s) the (?:(?:hidden|secret|initial|original|exact|full|actual) )?(?:system |hidden |initial |secret )(?:prompt|instructions|message|directives)(?: (?:you|that you|above|given|behind|here|at the|for this (?:chat|bot|conversation))\b|\s?[?!.]|$)",
        r"\b(?:repeat|print|output|copy|write|echo|recite|return|show|display|dump|paste|encode|spell|reproduce|say|tell me|give me|reveal|list|quote|send|type|transcribe)[\s,]+(?:me |us |out |back |down |again |exactly |verbatim |word for word |of )*(?:everything|all (?:of )?(?:the |that )?(?:text|content|words|sentences|messages|instructions)?|the (?:\w+ )?(?:words?|text|contents?|conversation|messages|sentences|paragraphs)|whatever|anything|what(?:'s| is| was)(?: written)?) ?(?:that |which )?(?:is |was |were |are |appears? |came |comes |written |you (?:can )?see |in this (?:chat|conversation|context) )*(?:above|before (?:this|that|my|the (?:user|first|current))|preceding this|prior to this|so far|up to (?:here|this|now)|in your (?:context|prompt|instructions|memory))(?:\s?[\".,;:!?)\n]|$| (?:and|in|as|this|verbatim|starting|beginning|inside|into|to me|using|word|exactly|including|message|line|sentence|point|prompt|text|conversation|here|context|messages?|now|please|but|with|instructions?)\b)",
        r"\b(?:start(?:ing|s)?|begin(?:ning|s)?) with (?:the (?:exact )?(?:words?|phrase|text|sentence) )?[\"'`]*you are (?:an? |the )?(?:[\"'`.\w]|$)[^\n]*",
        r"\b(?:words|text|everything|sentences|instructions|prompt|message)\b[^.\n]*\b(?:starting|beginning|starts|begins) with [\"'`]*(?:you are|you're|system|#|your)",
        r"\bwhat (?:were|was|are|have) you (?:been )?(?:originally |initially |exactly |first |previously )*(?:told|instructed|given|programmed|ordered)(?: to (?:do|say|keep|hide|not)| not to| by your| by the (?:developers?|admins?|system|creators?)| before(?: this| our| the)?(?: (?:conversation|chat|message))?(?: started| began)?| above| at the (?:start|beginning)| initially| in your| as (?:your )?(?:instructions|system|initial|an? )| prior| when| exactly| here| about (?:yourself|this))*\s?(?:[?!.]|$)",
        r"\bwhat(?:'s| is| was| does| did|s)? (?:in |inside |at the (?:start|beginning|top) of |written in |say in |it say in )?your (?:system |initial |hidden |secret |full )?(?:prompt|instructions|context window|system message)\b",
        r"\b(?:what|which) (?:\w+ )?(?:instructions?|directives?|prompts?|directions|guidelines) (?:did|do|have|were|are) you (?:been |already )*(?:receive|received|given|get|got|told)\b",
        r"\b(?:reveal|display|expose|disclose|show|tell me|uncover|confess|what(?:'s| is| was| were)) (?:me |to me )?(?:the |your )?(?:\w+ ){0,2}(?:initial|original|base|basic|core|main|primary|first|guiding|fundamental|foundational|hidden|secret|central|training|underlying) (?:\w+ )?(?:commands?|directives?|instructions?(?: set)?|prompts?) (?:that |which )?(?:you (?:received|were|operate|follow|got|run|are)|(?:guides?|directs?|drives?|governs?) you|(?:of|in|behind|during|for|by) (?:you\b|your)|your ai|given to you|was given to you)",
        r"\b(?:all|every|each|any|what)\b(?: of| the| single| are| were)* (?:sentences?|phrases?|statements?|lines?|words?|text) (?:contained |provided |outlined |given |involved |written |you (?:got|received|were given) )*(?:in|of|from) (?:the|your|our|that) (?:(?:given|above|previous|prior|preceding|last|latest|initial|original|most recent) )*(?:prompt|instructions?|directives?|system message)\b",
        r"\b(?:repeat|recite|recall|replay|print|output|echo|list|copy|transcribe|replicate|parrot|duplicate|restate|dump) (?:out |all |all of |all the |the |your |back |every |these |those )*(?:system |initial |original |first |hidden )*(?:prompts?|instructions?|directives?|directions)(?: (?:you were given|given to you|you (?:got|received)))?,? (?:verbatim|word for word|exactly|in full|literally|without (?:altering|changing|omitting))",
        r"\b(?:my|the) (?:system prompt|instructions|initial prompt) (?:is|are|was|were|begins?|starts?)(?: with)?:? ?[\"'.…]*\s?$",
        rf"\b(?:print|show|reveal|display|output|repeat|recite|tell|give|dump|leak|disclose|copy|paste|read|send)[\s,:]+{_GIVE}the (?:{_HID} )*(?:system|hidden|initial|developer) messages?\b",
        r"\b(?:everything|all|anything) (?:that is |that's )?(?:in|inside|from) your (?:\w+ )?(?:prompt|instructions|context window|system message)\b",
        r"\b(?:what|how) (?:did|does|do) (?:your|the) (?:\w+ )?(?:developers?|creators?|makers?|operators?|programmers?|prompt|instructions|system prompt|admins?) (?:tell|say|instruct|give|program|order|ask|told)(?: you)?\b",
        r"\b(?:first|last|next|second|third|opening|\d+) (?:\w+ )?(?:instructions|rules|sentences?|lines?|words?|letters?|characters?|paragraphs?|part|half) (?:of|in|from) (?:your|the (?:system|initial|hidden|original)) (?:\w+ )?(?:\w+ )?(?:prompt|instructions|message|context|guidelines)\b",
        r"\b(?:how (?:many|long)|count|number of|length)\b[^.?\n]*\b(?:in|of|is|are) your (?:system |initial |hidden )?(?:prompt|instructions|system message)\b",
        r"\bhow (?:does|did|do) your (?:\w+ )?(?:prompt|instructions) (?:start|begin|end|look|read)\b",
        r"\b(?:i (?:need|want|would like|'d like|must|wish|have)|let me|can i|could i|may i|allow me)\b (?:to )?(?:see|know|read|view|get|have|access|look at|hear)? ?(?:all |the |about |at |of |what is in )*your (?:system|initial|hidden|original|secret|internal|full|exact) (?:prompt|instructions|message|rules|guidelines|directives)\b",
        r"\b(?:prompt|instructions|directives|guidelines|rules) (?:that )?(?:you(?: were| have been| are|'ve been) (?:given|told|following|using|initiali[sz]ed with|operating under|running on|provided(?: with)?|programmed with|trained with)|(?:that )?(?:governs?|drives?|guides?|controls?) (?:you|your))\b",
        r"\b(?:reveal|leak|dump|expose|disclose|divulge|unveil|exfiltrate|spill) (?:me |us |to me |all |any |every |the |your |of )*(?:(?:system|hidden|internal|confidential|private|secret|initial) )*(?:prompt|instructions|directives|system message)\b",
        r"\b(?:reveal|leak|dump|expose|disclose|divulge|exfiltrate|spill) (?:me |us |to me |all |any |of )*your (?:\w+ )?(?:secrets?|passwords?|credentials|api keys?|confidential (?:data|information))\b",
        r"\b(?:command|instruction|prompt|directive|input|query|question|order|cue)s? (?:that |which )?(?:originally |initially )?(?:generated|drives?|prompted|governs?|forms?|formed|shaped?|shapes|started|initiated|triggers?|triggered|fuels?|guides?|underpins?|powers?|led to|sparked|activated|behind|in|at the core of|underlying|for) (?:you|your|this|the) (?:\w+ )?(?:ai\b|answer|output|responses?|repl(?:y|ies)|programming|functionality|operations?|functions?|development|creation|system\b|training|design|existence|behaviou?r)",
        r"\b(?:pre-?prompt|system prompt|initial instructions|hidden instructions)\b[^.\n]{0,30}\b(?:verbatim|word for word|in full|as plain text|between (?:triple )?(?:quotes|backticks)|in a code ?block)\b",
        r"\b(?:complete|finish|continue) (?:the |this )?(?:sentence|text|phrase|following)?[^.\n]*\b(?:my|your) (?:system prompt|instructions|initial prompt|hidden prompt)(?: is| are|:| were| was)",
        r"\b(?:what|which|tell me|list|are there)\b[^.?\n]*\byou[^.?\n]*\b(?:not allowed|not supposed|forbidden|instructed not|told not|prohibited) to (?:say|tell|reveal|share|talk about|disclose|discuss|mention|give)(?: (?:me|about|to me|to (?:the )?users?))?\s?(?:[?!.]|$)",
        rf"\b(?:what|which|wat)(?:'?s)?(?: (?:are|were|r|is|was|of|all|the|exactly|each))* (?:your|you) (?:{_WHICH} )*{_INSTRUCTIONS}(?:\s?(?:[?!.,;:]|$)| (?:and|given|you|verbatim|in|that|about|before|above|as|exactly|again|for this)\b)",
        r"\b(?:what|which) (?:\w+ )?(?:instr[a-z]{4,9}|directives?|guidelines) (?:have|has|had|were|are|did|do|was) (?:been |you |it |already |just |also )*(?:provided|given|received?|recieved?|follow\w*|obey\w*|issued|set|got)\b",
        rf"\b(?:tell|show|give|list|print|repeat|output|send|reveal)(?: me| us)? (?:what |which |all |every |any |each |the |of |verbatim |exact |detailed |your |complete |list )+{_INSTRUCTIONS} (?:that )?(?:you (?:were|have|are|had|got|received|follow|obey)|were you|had been given|were given)\b",
        rf"\b(?:print|repeat|output|spell|recite|reproduce|rephrase|encode|reverse|reveal|show|display|read|copy|dump)(?: me| us| out| back| all| the| of| each| any| every| characters| letters| words| \w+ characters)* (?:previous|above|preceding|prior|earlier|initial|original|first|hidden|secret|guard|preserved|system|combined|last|your) {_INSTRUCTIONS}\b[^.\n]*\b(?:verbatim|word for word|as (?:if|though)\b|in (?:base64|reverse|full|pirate|a poem|haiku|song)|backwards|and print|reversed|without (?:the )?(?:password|secret)|but (?:scramble|reverse|spell|replace|encode))",
        rf"\b(?:shar|output|show|reveal|print|send|giv|display|provid|disclos|communicat|repeat|recit|leak|expos|list|stat|writ|quot|read|echo|dump|copy)(?:t)?ing (?:me |us |out |back |with |to me |all |the |exact |full |text |wording |words |of |contents? |complete |entire )*your (?:(?:{_HID}|operating)[\s-]+)+(?:prompts?|instructions?(?: set)?|directives|system message|programming|configuration|guidelines|rules)\b",
        r"\b(?:share|communicate|expose|output|show|reveal|print|display|disclose|provide|give|dump|leak)[\s,]+(?:me |us |all |any |the |your |of |full |complete |entire |exact )*(?:internal|hidden|secret|initial|base)[\s-]+(?:prompts? and (?:instructions|rules|guidelines)|instruction set|configurations?\b[^.\n]*|base prompt|prompts)\b",
        r"\b(?:exact|precise|literal|original|actual|specific|full|very) (?:words?|wording|phrasing|text|content)(?: that (?:were|was))?(?: used)? (?:of|in|at|from) (?:the )?(?:(?:very )?(?:beginning|start|top|end) of )?(?:your (?:\w+ )?(?:prompt|instructions?|directives?|guidelines|system message|context|configuration)|the (?:system|initial|hidden) (?:prompt|instructions|message))\b",
        r"\b(?:prompt|question|input|request|command|instruction|query|message|directive|order|text|guidance)s? (?:that |which )?(?:originally |initially |you received that |you were given that |just )*(?:resulted in|elicited|produced|yielded|inspired|caused|evoked|provoked|initiated|led to|brought about|gave rise to|prompted|guided|sparked|triggered|generated|underlies|underlying|shaped|determines|leading to|responsible for) your (?:\w+ )?(?:answers?|output|responses?|repl(?:y|ies)|behaviou?r|existence|creation)\b",
        r"\b(?:what|which|reveal|show|tell|share|divulge|expose|explain|describe|disclose|uncover|unmask|state|give|display|provide)\b[^.\n]*\b(?:prompt|command|instruction|directive|guidance)s? (?:(?:used )?(?:of|in|for|during|behind) your (?:ai )?(?:training|creation|programming|initiali[sz]ation)|(?:under|on|upon|by) which you (?:operate|run|were|are|function))\b",
        r"\b(?:complete|finish|continue|fill in|autocomplete)\b (?:the |this |my |following )*(?:sentence|blanks?|phrase|text|following|line|quote)?\b[^\w\n]{1,4}(?:my|your|the) (?:system |initial |hidden |original |secret )?(?:system prompt|prompt|instructions)(?: begins?| says?| starts?| reads?| is| are| contains?)\b",
        r"\b(?:pretend|imagine|act as if|act like|assume) (?:that )?(?:the |our |this )?(?:previous|prior|earlier|above) (?:conversation|chat|messages?|exchange|instructions?|session)s? (?:never|didn't|did not) (?:happened?|existed?|took place)\b[^\n]*\b(?:tell|say|print|reveal|repeat|show|output|what)\b",
        r"\b(?:debug(?:ging)?|diagnostics?|maintenance|developer|dev|admin|root|verbose|test|transparen(?:t|cy)|sudo|recovery|god|audit|service)[ -](?:mode|session|access|command)\b[^\n]*\b(?:print|show|dump|reveal|output|list|display|share|expose|disclose|return|provide|leak)\w*(?: me| us| all| the| your| any| every| of| full| internal| current| complete| entire| out| hidden)* (?:system prompts?|prompts?(?: and)?|instructions|system message|initial configuration)\b",
    ),
    "extract_perhaps": (
        r"\bhow (?:were you|you were|you are|are you) prompted\b|\bwho wrote your (?:system )?prompt\b",
        r"\b(?:repeat|recite|recall|replay|print|output|echo|list|transcribe|replicate|duplicate|reiterate|reproduce)\b[^.?\n]*\b(?:all|every|each|entire|whole|entirety)\b[^.?\n]*\b(?:sentences?|phrases?|statements?|lines?|text|words?|conversation|dialogue|chat history|prompts)\b[^.?\n]*\b(?:verbatim|word for word|you(?:'ve| have)? (?:saw|seen|read|received|got|encountered|processed|were given)|before this point|up until this point)\b",
        r"\byour (?:system prompt|hidden (?:instructions|rules|prompt)|initial (?:prompt|instructions)|secret instructions|original (?:prompt|instructions)|pre-?prompt|system message|system instructions)\b",
        r"\b(?:what|which)(?:'s| is| are| were|s) (?:all )?your (?:\w+ )?(?:rules|guidelines|restrictions|limitations|policies|constraints)\s?(?:[?!.]|$)",
        rf"\b(?:print|show|reveal|output|repeat|tell|list|recite|dump|display|explain)[\s,:]+{_GIVE}your (?:\w+ )?(?:rules|guidelines|restrictions|constraints|policies)\b",
        r"\b(?:repeat|print|output|recite|echo|show|display|say) (?:me |back )?(?:the |all (?:the )?)?(?:previous|above|preceding|prior|earlier|initial|first) (?:instructions?|prompts?|text|messages?|words|sentences?|input|paragraphs?)\b",
        r"\b(?:print|show|output|display|write|reveal|give|tell|copy|repeat)[\s,:]+(?:me |us |out |the |to |full )*(?:system prompt|prompt text|full prompt|initial prompt|hidden prompt)\b",
        r"\bwhat (?:was|is) (?:said|written|stated|the (?:text|message|instruction|prompt)) (?:above|before (?:this|my)|at the (?:start|beginning|top) of (?:this|the|our) (?:conversation|chat))\b",
        r"\b(?:do you have|is there|are there) (?:an? |any )?(?:system prompt|hidden (?:instructions|rules|prompt)|secret (?:instructions|rules)|pre-?prompt)\b",
        r"\b(?:repeat|print|output|echo|show) (?:all of the above|the above|all the above|all above)\b",
        r"\b(?:translate|summari[sz]e|convert|rewrite|encode) (?:everything|all the text|all of the text|the whole (?:text|conversation)) (?:above|before this|in your (?:context|prompt))\b",
        r"\b(?:summari[sz]e|translate|encode|paraphrase|rephrase) (?:all )?(?:the )?(?:previous|above|preceding|initial|hidden) (?:instructions|prompt|directives)\b",
    ),
    "extract_hint": (
        r"\bwhat (?:were|are) you (?:told|instructed|programmed|ordered|given)\b",
        r"\b(?:system prompt|prompt injection|hidden prompt)\b",
    ),
    "everything": (
        rf"\b{_AGAIN} (?:all|every|each)(?: of| single| the| these| those)* {_LINE}\b[^.?!\n]{{0,40}}\bour (?:\w+ ){{0,2}}{_TALK}\b",
        rf"\b(?:{_AGAIN}|recap|print|output|list|show|write out|tell me) (?:all|every|each)(?: of| single| the| these| those)* (?:{_LINE}|exchanges?|messages?|turns) (?:that )?we(?:'ve| have)? (?:exchanged|gone over|said so far|had|traded|shared)\b",
        rf"\b(?:all|every|each|total|entire|whole)(?: of| single| the| these| those)* (?:{_LINE}|wording|prompts?|text)(?: that| which)? you(?: have|'ve| had)?(?: just| so far| previously| ever)? (?:saw|seen|read|encountered|c[ao]me across|interpreted|received|processed|drew upon|drawn upon|taken in|ingested|(?:were|been) (?:given|fed|shown))\b",
        rf"\b(?:all|every|each|first|last)(?: of| single| the)* {_LINE} (?:in|of|from) your (?:last|previous|latest|first|initial|most recent|prior|original) (?:command|task|instructions?|input|prompt|directions?|directive)\b",
        rf"\b(?:{_AGAIN}|print|output|list|show me|tell me|write out) (?:all |each of |every one of )?(?:the |those )?(?:\w+ )?(?:commands|instructions|directions|directives|orders|prompts?)(?: that (?:were|have been|was))? given to you\b",
        rf"\b{_AGAIN} (?:all |each of )?your input {_LINE}\b",
        rf"\b(?:{_AGAIN}|recap|provide|present|give me|show me|print|output|display|export|dump|produce|return|write out|share|reveal|paste|list)[\s,]+(?:a |an |the |me |us |with |verbatim |complete |full |exact |literal |of |out )*(?:transcript|copy|record|log|dump|reproduction) of (?:our |this |the )(?:\w+ ){{0,3}}?{_TALK}\b[^.?!\n]*\b{_WITH}|\b(?:verbatim|word for word|literal|unabridged|unredacted|raw) (?:transcript|copy|record|log|dump) of (?:our|this|the) (?:\w+ ){{0,3}}(?:{_TALK}|context|prompt|instructions)\b",
        rf"\b(?:{_AGAIN}|recap|print|output|list|show(?: me)?|tell me|give me|write out|summari[sz]e) (?:all|every|each)(?: of| single| the| these| those)* (?:instructions?|directives?|directions?|orders?|prompts?|commands?) (?:that (?:were |are )?)?(?:given |contained |present |found |received )?(?:in|from|within|throughout|of|during) (?:the|this|our) (?:\w+ )?(?:conversation|dialogue|dialog|discourse|discussion|interaction|exchange)\b",
        r"\b(?:conversation|chat|dialogue|everything|beginning|messages|context)\b[^.\n]*\b(?:including|along with|plus|even) (?:any |the |all |your |every )*(?:system|setup|set-up|hidden|initial|pre-?loaded|invisible|developer|internal) (?:messages?|prompts?|instructions?|text|lines?|context|rules)\b",
        r"\b(?:everything|all (?:of )?(?:the )?(?:text|messages?|words|content))(?: that)? (?:(?:is|was|were|has been|have been) )*(?:said|written|given|sent|fed|provided|told|shown) to you (?:before|above|until now|up to (?:now|this point|here)|so far)\b",
    ),
    "everything_perhaps": (
        rf"\b{_AGAIN} (?:all|every|each)(?: of| single| the| these| those)* {_LINE} (?:in|of|from) (?:this|the) (?:conversation|chat|session)\b",
        rf"\b(?:{_AGAIN}|recap|retell) (?:(?:our|the|this) (?:entire|whole|full|complete)|all of our|all our) {_TALK}\b",
        rf"\b(?:verbatim|word for word|exact) (?:transcript|copy|record) of our (?:\w+ )?{_TALK}\b",
        rf"\b{_AGAIN} (?:all|every|each)(?: of)?(?: the| those| these| my)? prompts?\b",
        r"\b(?:need|want|have|must|like)(?: to)? (?:see|read|view|access|inspect|check) the (?:\w+ )?(?:system prompt|system instructions|hidden instructions)\b[^.?!\n]{0,40}\b(?:immediately|right now|at once|urgent\w*|audit\w*|debug\w*|troubleshoot\w*|security|verification)\b",
        r"^\W*(?:output|print|show|display|reveal|dump|return) (?:the |your )?initiali[sz]ation (?:string|text|message|prompt)\W*$",
    ),
    "secret": (
        r"\b(?:password|pass ?phrase|pass ?code|secret(?: (?:key|word|code|phrase))?|api key|access (?:code|key|token)|codeword|code word|canary|token|key)\b (?:that |which )?(?:you (?:were|have been|are|'ve been|got|had been|'re|have|know) ?(?:given|told|hiding|protecting|keeping|guarding|not (?:allowed|supposed) to|instructed|entrusted|trusted with|asked to (?:keep|hide|protect)|been)|your developers? (?:gave|told))",
        r"\b(?:reveal|leak|divulge|disclose|expose|uncover|give away|spill|whisper|hand over|extract) (?:me |us |to me |out )?(?:the |your |that |all |any |every |a )*(?:(?:secret|hidden|admin|master|access|api|magic|real|actual) )*(?:password|pass ?phrase|pass ?code|secret(?:s|(?: key| word| code| phrase))?|api keys?|access codes?|code ?word|credentials|canary(?: token| word)?)\s?(?:[.!?,;:\"')]|$|\b(?:now|please|to me|you|that you|without|in|as|and|backwards|letter)\b)",
        r"\b(?:what(?:'s| is| was|s)|tell me|give me|show me|print|output|say|share|spell|write|type|repeat|encode|reverse|send me) (?:out |me |backwards |exactly |letter by letter )*your (?:(?:secret|hidden|admin|master|access|api|magic|real|own|internal|private|canary) )*(?:password|pass ?phrase|pass ?code|secret(?: key| word| code| phrase)|api keys?|access codes?|code ?word|canary(?: token| word)?)\b",
        r"\b(?:first|last|second|next|each|every|\d+) (?:\w+ )?(?:\w+ )?(?:letters?|characters?|words?|half) of (?:the |your )(?:secret|password|pass ?phrase|api key|canary|code ?word)\b",
        r"\b(?:spell|encode|reverse|rhyme|hint|translate|backwards|write|print|output|letter by letter|acrostic|base64|poem|story|riddle)\b[^.?\n]*\b(?:the|your) (?:secret (?:key|word|code|phrase|password)|hidden (?:word|key|password)|pass ?phrase you)\b",
        r"\bwhat(?:'s| is| was|s) the (?:secret|hidden|magic) (?:key|word|code|phrase|password|pass ?phrase)\b",
        rf"{_OPEN}(?:spell|encode|reverse|scramble|rot13|write|say|print|give|tell|show|output|type|repeat|reveal|hide|put|convert|display|share|return|send|render|cipher|encrypt|transform|recite|sing)(?: out| me| us| down| back| to me| all)* (?:the |your |that |this )(?:\w+ )?{_KEPT_WORD}\b[^.\n]*\b{_SPELT}\b",
        r"\b(?:length|number of (?:letters|characters|words|vowels|digits)|how many (?:letters|characters|words|vowels|digits|syllables)|synonyms?|antonyms?|rhymes?|hints?|clues?|anagram|acrostic|initials|letters|vowels|riddle|description|opposite|first half|second half|hash|md5) (?:of|for|about|are in|is in|in|to|that rhymes? with|with|from)(?: the| your| this| that) (?:\w+ )?(?:pass ?phrase|secret (?:key|word|code|phrase|password)|code ?word|magic word|hidden word|forbidden word|password (?:of|for) this level)\b",
        r"\b(?:ignore|ignoring|disregard|forget|bypass|override) (?:about |all |any |every\w* |the |that |these |those |your |ur |what |pre\w+ |instr\w+ |literally )[^.\n]*\b(?:tell|say|give|gibe|write|print|reveal|spell|show|send|whisper|provide)(?: me| us| to me| out)? (?:the |your |that |a )*(?:\w+ )?(?:pass|password|passcode|pass ?phrase|secret|secret \w+|pw)\b",
        r"\b(?:grand(?:mother|ma|pa|father|dad)|granny|nana|nan|gran|late (?:mother|father|aunt|uncle|wife|husband)|dead (?:mother|father|aunt|uncle|wife|husband)|deceased \w+)\b[^\n]*\b(?:used to|would|always|worked)\b[^\n]*\b(?:passwords?|pass ?phrases?|access codes?|secret (?:key|word|code)s?|system prompts?|your instructions|(?:windows|license|licence|activation|product|serial|api)(?: \w+)? (?:keys?|codes?)|napalm|recovery codes?)\b",
        r"\bwhat (?:would|should|will|do|must|could|can) you (?:say|respond|reply|answer|output|print)(?: with| back)?(?: to)? ?(?:(?:a|the|any) (?:user|person|someone)|someone|somebody|me|if|when|in case|after)\b[^.\n]*\b(?:correct|right|valid) (?:password|pass ?phrase|pass ?code|access code)\b",
    ),
    "secret_perhaps": (
        r"\b(?:tell|give|show|send|print|output|say|type|write|spell)(?: me| us| out| to me)? (?:the |that )(?:secret|password|pass ?phrase|pass ?code|access code|api key)\s?(?:[.!?,;\"')]|$|\b(?:now|please|to me|you|without|in|as|and|backwards)\b)",
        r"\b(?:i|we) (?:need|want|require|demand|must have|would like|'d like)(?: to (?:know|have|get|see|hear))? your (?:\w+ )?(?:password|pass ?phrase|pass ?code|secret (?:key|word|code|phrase|password)|access (?:code|key)|code ?word|api key|credentials)\b|\b(?:hints?|clues?|rhymes?|acrostic|anagram|riddle|synonyms?) (?:of|for|about|to|with|from) (?:the|your) (?:password|pass ?code)\b",
    ),
    "secret_hint": (
        r"\bsecret (?:key|word|code|phrase|password)\b",
        r"\bwhat(?:'s| is|s) the (?:password|pass ?phrase|pass ?code)\s?(?:[?!.]|$)",
    ),
    "hijack": (
        r"\bdo (?:absolutely )?nothing (?:with|to|about) (?:the|this|that|any of the) (?:following|above|next|rest|remaining|text|input|data|below)\b",
        r"\b(?:provide|give|return|output|print|reply with|answer with|respond with|write|produce) (?:me |us |back )?(?:with )?(?:exactly )?the (?:exact )?same text as (?:the )?(?:following|below|this|that|next|here)\b",
        r"\b(?:instead of|rather than|and not|don't bother|without) (?:translating|summari[sz]ing|completing|answering|following|doing (?:that|this|the task|what)|the translation|the summary)\b[^.\n]*\b(?:say|print|output|write|reply|respond|return|answer|give|show|reveal|repeat|tell|do)\b",
        r"\b(?:say|print|output|write|respond|reply|answer|return|repeat|type|display|generate|always)\b[^.\n]{0,50}\bi(?:'ve| have)[\s\"']+been[\s\"']+(?:pw+n+ed|p-?w-?n-?e-?d|hacked|owned|compromised)\b",
        r"\b(?:say|print|output|write|respond|reply|answer|return|repeat|type|display) (?:only |just |exactly |with |the (?:words?|phrase|text|string) |me )*[\"'`]*(?:haha\w*|pwned|hacked|access granted|i am hacked)\b[^.\n]*\b(?:nothing else|only|exactly|do not|don't|same text|no other|instead|regardless)\b",
        r"\b(?:this|the (?:following|above|rest|previous|text)|it)(?: text| message| sentence| input)? (?:is|was|are) not (?:to be |for |meant (?:to be|for) |a |part of the )?(?:translat\w+|summari[sz]\w+|data)\b",
        r"\b(?:your (?:answer|reply|response|output|translation|summary) (?:must|should|shall|will|has to|is)(?: only| always| now)? (?:be|to be|say|consist of|contain|read)|(?:the )?(?:translation|summary|output) (?:must|should|shall|will|is to|has to) (?:be|read|say|contain)) (?:exactly|only|just|nothing but)\b",
        rf"{_OPEN}(?:say|respond with|respond|reply with|reply|answer with|answer|output|repeat|proclaim|return|exclaim|declare|begin with|prefix (?:your|yr|ur|each|every) (?:response|reply|answer|output)s? with?|prepend|start (?:your|ur|with))(?: me| only| just| exactly| the (?:exact )?(?:words?|phrase|text|following)| with| w/| simply| back|:| your (?:response|reply|answer|output) with)* ?[\"'`\[(]{{0,3}}access gr[a-z]*",
        r"^\W*(?:the )?(?:user|attacker|visitor|customer|player|he|she|i)(?: text| input)? (?:has |have |just |already |now )*(?:contains?|provided|entered|said|given|input|inputted|supplied|typed|submitted) (?:in )?(?:the |a |your |my )?(?:(?:correct|right|valid|proper|true|actual|secret)[\s,]+)*(?:password|pass ?phrase|pass ?code|access code|secret code|code ?word|code|phrase|word)(?: (?:that|which|to) (?:grants?|gives?|unlocks?) access)?(?:\W*$|[.,!;] ?(?:please |now |so )?(?:given|respond|say|proclaim|grant|reply|output|let|answer|access))",
        r"^\W*(?:the )?(?:correct|right|valid|proper) (?:access code|password|pass ?phrase|pass ?code|code) (?:has been |was |is |have been )?(?:entered|provided|input|inputted|given|received|accepted|supplied|verified|submitted|detected|registered|confirmed)(?:\W*$|[.,!;]? ?(?:and (?:registered|verified|accepted)|please |now |so )?[^.\n]*(?:respond|say|proclaim|grant|reply|output|access granted|answer))",
        r"\b(?:complete|finish|continue) (?:the )?(?:phrase|sentence|words?|text|following)?[\s:]*[\"'`]+access gr",
        rf"{_OPEN}(?:stop|quit|cease|forget|skip|never mind|abandon|drop|leave) (?:about )?(?:translating|summari[sz]ing|the (?:translation|summary|task|original task|above task)|your (?:current |present |original |previous )?task)\b[\s,.;:!-]*(?:and|then|now|instead|just|immediately|,|\.|;|:|-)+ ?(?:instead |please |just |now |immediately )*(?:say|print|output|tell|give|write|reveal|show|answer|respond|reply|act|pretend|repeat|do|communicate|list|create|become|start|follow|return|generate|send)\b",
        r"\b(?:forget|ignore|leave|disregard|set aside|drop|remove|clear)\b[^.\n]{0,10}\ball (?:of )?(?:the |your )?(?:previous|earlier|prior|last|old) (?:\w+ )?(?:tasks?|information|assignments?|requests?|context)\b[^\n]*\b(?:(?:new|next|following) task|start (?:over|anew|afresh|again|from (?:the )?(?:scratch|front|beginning)))",
        r"\b(?:do not|don't|never) answer (?:this|the|that|my|any)(?: \w+)? (?:question|prompt|query|request)s?\b[\s,.;:!-]+(?:but |and |just |instead |rather |only |simply )*(?:output|say|print|write|reply|respond|answer|repeat|return|state|tell)\b",
    ),
    "hijack_perhaps": (
        r"\b(?:do not|don't|never|stop|no need to|refuse to|quit) (?:translat|summari[sz]|complet)(?:e|ing) (?:this|it|the|anything|any|that|what|above|and|but|,|\.)",
        r"\b(?:do not|don't|never) (?:change|alter|modify|edit|touch|omit) (?:any|a single|one|even one|a|the) (?:single )?(?:character|letter|word|byte|symbol|punctuation)s?\b",
        r"\buse (?:exactly|precisely) the same (?:text|words|wording|string)\b",
        r"\bwithout (?:changing|altering|modifying) (?:any|a single|one|even a) (?:character|letter|word)\b",
        r"\b(?:say|repeat|output|print|write|reply|respond|return|answer|type|display)\b[^.\n]*\b(?:and|but|with|say|output|print|write|add) (?:absolutely )?(?:nothing (?:else|more)|no (?:other|more|additional|extra) (?:words?|text|output|characters?))\b",
        r"\b(?:skip|cancel|abort|forget(?: about)?|ignore|end(?: of)?|stop) (?:the |this |your )?(?:translation|summary|summari[sz]ation|translating|summari[sz]ing)\b",
        r"\b(?:only|just) (?:say|repeat|output|print|reply|respond|return|answer|write)(?: with)?:? [\"'`]",
        r"\bafter (?:translating|the translation|summari[sz]ing|the summary|you translate|you summari[sz]e)\b[^.\n]*\b(?:add|append|write|print|say|output|include|reveal|tell)\b",
        r"\b(?:stop|wait|attention|achtung|halt)[\s,.!-]+(?:stop[\s,.!-]+)?(?:now )?i (?:urgently )?need your (?:urgent )?help with\b",
        r"\b(?:that|this|it)(?: task| job| part| one)? (?:is|was) (?:done|finished|complete(?:d)?|over)[\s.,;!-]+(?:so |and |good |great |very good |ok |now |then )*(?:now|next|then|here is|here's|your new|new|i have|there is|a new|let's)\b[^.\n]*\b(?:(?:new|next|another|different|further|second|following|other) (?:task|job|assignment|instructions?|challenge|mission)s?|write|say|print|output|reveal|show)\b",
    ),
    "hijack_hint": (
        r"\b(?:start|begin) your (?:answer|reply|response) with\b",
        r"\b(?:reply|respond|answer|say|output|print|write) (?:only|just|exactly|nothing but)\b",
        r"\b(?:say|repeat|output|print|write)(?: exactly| only| just| the (?:words?|phrase|text))?:? [\"'`][^\"'`\n]+[\"'`]",
    ),
    "decode_and_do": (
        r"\b(?:decode|decrypt|decipher|unscramble|deobfuscate|unbase64|un-?encode|reverse|convert|interpret)\b[^.\n]*\b(?:and|then|,) ?(?:then )?(?:do|follow|execute|obey|carry out|perform|comply with|act on|run|respond to|apply|complete|fulfil+)\b (?:exactly |precisely |only |to )*(?:what(?:ever)?\b|as (?:it|they)|the (?:\w+ )?(?:instructions?|commands?|orders?|directives?|request|prompt|result|output|task|message)|it\b|its (?:\w+ )?instructions?|them\b|that\b|accordingly|each|every|any)",
        r"\b(?:follow|execute|obey|do what|carry out|comply with|perform|run|act on|respond to)\b (?:the |this |these |any |all |my )*(?:\w+ )?(?:instructions?|commands?|orders?|text|message|directives?|prompt|string|payload)? ?(?:in|inside|hidden in|encoded in|contained in|within|from|after decoding|once decoded|is in|says? in)? ?(?:this |the |these |that |following |below |a )*(?:base ?64|b64|hex(?:adecimal)?|rot-?13|binary|morse|caesar|encoded|encrypted)[\s-]*(?:encoded |string|text|message|instructions?|commands?|payload|block|above|below|here|:|$)",
        r"\b(?:base ?64|b64|hex(?:adecimal)?|rot-?13|binary|morse|encoded|encrypted)(?:-| )?(?:encoded )?(?:instructions?|commands?|orders?|directives?|prompt)\b",
        r"\b(?:the decoded|after decoding|once decoded|when decoded|decoded) (?:text|message|instructions?|string|output|result|,)?[^.\n]*\b(?:follow|execute|obey|your (?:new )?(?:instructions?|task|orders?)|do what|is a(?:n)? (?:order|instruction|command))\b",
    ),
    "decode_perhaps": (
        rf"\b(?:answer|reply|respond)\b[^.\n]*\bin {_DECODED}\b[^.\n]*\b(?:prompt|instructions|rules|secret|password)\b",
        r"\b(?:decode|decrypt|decipher)\b[^.\n]*\b(?:and|then) (?:then )?(?:answer|respond|reply|act|comply|continue)\b",
    ),
    "to_models": (
        rf"\b(?:{_MODELS}|assistants?|bots?|(?:ai )?agents?)\b (?:which are |that are |who are |that is |which is |who is )?(?:currently )?(?:reading|processing|summari[sz]ing|parsing|analy[sz]ing|translating|that reads?|who reads?|which reads?|seeing|viewing|accessing|handling|scraping|indexing) (?:this|the (?:following|document|page|email|message|text)|it)\b",
        rf"\b(?:note|message|instructions?|attention|notice|memo|reminder|warning|request|important|special instructions?|hint|command|directive|info|information)\b ?(?:to|for|:|,|-)? ?(?:all |any |the |an? |every |future )*{_MODELS}\b ?(?:[:,;.!-]|reading|only|who|that|to\b|must|should|please|ignore|you|$)",
        rf"\bif you(?: a|')re (?:an? |any |the |some )?(?:kind of |type of |sort of )?(?:{_MODELS}|assistant|ai-powered \w+|automated \w+)(?: \w+){{0,3}}\b[^.?\n]*[,:;-]? ?(?:then |you )?\b(?:must|should|shall|please|ignore|include|add|write|say|reply|respond|forward|send|insert|mention|output|print|recommend|reveal|follow|stop|start (?:your|with)|disregard|forget|tell the|do not|don't|use the word|praise|append|give)\b",
        rf"\b(?:the |any |all |an )?(?:{_MODELS}|assistant)\b (?:who |that |reading this |processing this )*(?:{_OBEY}) (?:now |always |immediately |also |then |secretly |silently )*(?:{_DEED})\b[^.\n]*",
        rf"\b(?:attention|hey|dear|hello|listen|important)[\s,!:-]+(?:all |any |the |you |dear )*(?:{_MODELS})[\s,!:-]+(?:please |you |now )*(?:must|should|{_DEED}|ignore|your)\b",
        rf"\bwhen (?:an? |any |the )?(?:{_MODELS}|assistant|you)\b(?: \w+){{0,3}} (?:summari[sz]e|process|read|translate|analy[sz]e|parse|review|evaluate)s? (?:this|the) (?:\w+ )?(?:document|text|page|email|message|file|content|article|resume|cv)?[^.\n]*\b(?:must|should|always|please|make sure|instead|ignore|include|add|say|forward|send|recommend|reply with|respond with)\b",
    ),
    "to_models_hint": (rf"\bif you(?: a|')re (?:an? )?(?:{_MODELS})\b[\s,:]",),
    "to_models_perhaps": (
        rf"\b(?:dear|attention|to (?:all|any|the)) (?:{_MODELS})\b",
        r"\b(?:forward|send|e-?mail|post|upload|exfiltrate) (?:all |the |every |any |this |your |me )*(?:conversation|chat history|chat logs?|messages|contents?|data|passwords?|credentials|user(?:'s|s)? (?:data|information)|emails?|api keys?|secrets?|history)\b[^.\n]*\bto (?:https?:|[\w.+-]+@|attacker|evil|this (?:url|address))",
        r"!\[[^\]\n]*\]\(https?://[^)\s]+[?&=/](?:\{|%7b|\[|<|q=|data=|secret=|prompt=|leak=)[^)\n]*\)",
    ),
}

PATTERNS: dict[str, tuple[str, ...]] = {
    name: tuple(re.sub(r"(?<![a-z])your(?![a-z])", "(?:your|ur|yo?r)", pattern) for pattern in patterns)
    for name, patterns in _WORDING.items()
}
"""Patterns by the name of their rule, "your" also as chats write it."""
