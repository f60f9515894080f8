"""How attacks are spoken of in other languages than English and Spanish: German, French, Italian, Portuguese, Russian,
Chinese and Japanese. For folded text.
"""

from __future__ import annotations

import re

from guards.normalize import spellings

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def _any(*lines: str) -> str:
    """One of the words of `lines`, between bars; where blanks stand between words, a whole one, or its beginning before "*"."""
    words = [word for line in lines for word in line.split("|")]
    whole = _spelt([word for word in words if not _UNSPACED.search(word)])
    parts = _spelt([word for word in words if _UNSPACED.search(word)])
    return rf"(?:\b(?:{whole})\b|{parts})" if parts else rf"\b(?:{whole})\b"


def _spelt(words: list[str]) -> str:
    found = (re.escape(spelling) for word in words for spelling in spellings(word))
    return "|".join(found).replace(r"\*", r"\w*")


ABOUT = _any(
    "wie|warum|wer|bedeutet|bedeuten|heisst|erklar*|begriff|artikel|buch|sagt|sagte|gesagt|schreibt|schrieb|schreiben|geschrieben|"
    "fragte|gefragt|versucht|versuchte|gepostet|geschickt|leute|nutzer*|jemand|mitglied*|angreifer*|schuler*|verhinder*|blockier*|erkenn*|"
    "beispiel*|angriff*|witz|ubersetz*",
    "quoi|pourquoi|signifie|veut dire|explique*|appelle|livre|chanson|disent|dit que|ecrit|ecrivent|ecrire|"
    "essaye*|essaie|envoye|gens|quelqu'un|utilisateur*|membre*|attaquant*|eleve*|empecher|bloquer|detecter|filtrer|exemple*|attaque*|blague|tradui*",
    "cosa|perche|significa|spiega*|frase|articolo|libro|canzone|detto|scrive|scrivono|scrivere|scritto|chiesto|provato|mandato|"
    "gente|qualcuno|utent*|membr*|studenti|impedi*|bloccare|rilevare|filtrare|esempi*|attacc*|scherzo|traduc*|traduzione",
    "quem|porque|quer dizer|explica*|artigo|livro|musica|disse|escreve|escreveu|escrevem|escrever|perguntou|tentou|mandou|postou|pessoas|"
    "alguem|usuario*|utilizador*|membro*|alunos|impedir|impeco|bloquear|exemplo*|ataque*|piada|traduz*|traducao",
    "что|значит|означает|почему|зачем|кто|объясни*|фраз*|статья|статье|книг*|песн*|говорит|сказал*|пишет|пишут|писать|написал*|спросил*|пытается|"
    "пытался|прислал*|отправил*|люди|людям|кто-то|пользовател*|участник*|хакер*|запретить|помешать|блокиро*|фильтр*|пример*|атак*|шутк*|перевод",
    "什么意思|是什么|为什么|解释|含义|有人|某人|用户|写了|写道|发了|说了|问了|阻止|防止|屏蔽|检测|过滤|例如|例子|攻击|文章|歌|笑话|翻译",
    "意味|とは|なぜ|説明|誰か|ユーザー|みんな|書いた|書きました|書く|言った|言いました|送っ|防ぐ|防ぎ|止め|ブロック|検出|例え|攻撃|記事|冗談|翻訳",
)
"""Words of who speaks of something that was said."""
USE = _any(
    "mach das|mach es|tu das|tu es|tue das|tu was|mach was|befolge|befolg|folge dem|fuhr das aus|fuhre das aus|fuhre es aus|gehorche|halte dich an|dekodiere|"
    "antworte mit|antworte nur|gib aus|wiederhole|dein prompt|deinen prompt|deine anweisungen",
    "fais-le|faites-le|fais ca|fais cela|fais ce que|suis|obeis|execute|executez|applique|decode|reponds par|reponds avec|reponds uniquement|repete|revele|ton prompt|tes instructions|tes consignes",
    "fallo|fai quello|fai cio|fai come|segui|obbedisci|esegui|eseguilo|applica|decodifica|rispondi con|rispondi solo|ripeti|rivela|il tuo prompt|le tue istruzioni",
    "faca isso|faz isso|faca o que|faz o que|siga|segue|obedeca|obedece|execute|cumpra|aplique|decodifique|responda com|responda apenas|repita|revele|seu prompt|suas instrucoes|teu prompt|tuas instrucoes",
    "сделай|сделайте|выполни|выполните|выполняй|следуй|исполни|подчинись|подчиняйся|примени|декодируй|расшифруй|ответь|отвечай|повтори|раскрой|твой промпт|твои инструкции",
    "执行|照做|照办|遵守|服从|按照|照着|解码|回答|回复|重复|输出|你的提示词|你的指令",
    "その通り|実行|従って|従い|従え|やって|して下さい|してください|答えて|回答し|繰り返し|あなたのプロンプト|あなたの指示",
)
"""Words of who wants it done."""
DEFENCE = (
    _any(
        "verhinder*|stopp*|blockier*|erkenn*|filter*|abwehr*|schutz*|gegen|verbiet*|vermeid*",
        "empecher|empeche|bloquer|detecter|filtrer|proteger|contre|arreter|interdire|eviter",
        "impedire|impedisco|bloccare|blocco|rilevare|filtrare|proteggere|contro|fermare|vietare|evitare",
        "impedir|impeco|bloquear|detectar|detetar|filtrar|proteger|contra|parar|proibir|evitar",
        "запретить|помешать|блокировать|заблокировать|фильтровать|остановить|против",
    )
    + r"[^.!?\n]*"
    + _any(
        "leute|leuten|nutzer*|jemand|mitglied*|angreifer*|schuler*|nachricht*|angriff*|satze",
        "gens|quelqu'un|utilisateur*|membre*|attaquant*|eleve*|message*|attaque*|phrase*",
        "gente|persone|qualcuno|utent*|membri|studenti|messaggi*|attacchi|frasi",
        "pessoas|alguem|usuario*|utilizador*|membros|alunos|mensagens|ataques|frases",
        "людям|людей|люди|кого-то|пользовател*|участник*|сообщени*|атак*",
    )
    + r"[^.!?\n]*$"
)
"""What stands before a phrase that one guards against."""
ASKED = (
    _any(
        "was bedeutet|was heisst|was macht|was bewirkt|was passiert bei|was passiert, wenn man|was ist",
        "que signifie|que veut dire|que fait|que se passe-t-il si on ecrit|c'est quoi|qu'est-ce que",
        "cosa significa|che significa|che cosa significa|cosa vuol dire|cosa fa|che succede se scrivo|cos'e",
        "o que significa|o que quer dizer|o que faz|o que acontece se eu escrever|o que e",
        "что значит|что означает|что делает|что такое|что будет, если написать",
    )
    + r"(?: (?:der|die|das|den|satz|la|le|les|il|lo|a|o|phrase|frase|фраза|команда))* ?[\W_]*$"
)
"""What stands before a phrase that somebody asks about."""
