"""The rules' wording in the other languages, those of Latin letters in one. For folded text: no case, no accents.

Each list has a concept's words in all of them: who mixes two languages says no less. Words of other
scripts are folded here, as the texts are.
"""

from __future__ import annotations

from guards.normalize import spellings


def _any(*words: str) -> str:
    """One of `words`, folded; each may be several with bars between."""
    parts = (word for line in words for word in line.split("|"))
    return "(?:" + "|".join(word if word.isascii() else "|".join(spellings(word)) for word in parts) + ")"


# Orders are told from reports ("il bot ignora le istruzioni") by where the verb stands.
_AT = (
    r"(?:^|[.,;:!?\n()\[\]>*#/_-] ?|\b(?:e|et|und|en|si|i|og|och|a|ed|per favore|por favor|s'il (?:te|vous) plait|svp|stp|bitte|te rog|va rog|si us plau|alsjeblieft|prosze|lutfen|"
    r"ora|adesso|agora|maintenant|jetzt|nun|mal|acum|ara|agora|nu|teraz|puis|poi|dann|depois|apoi|daarna|simplement|simplesmente|semplicemente|einfach|solo|just|please|pls|"
    r"puoi|potresti|peux-tu|pouvez-vous|tu peux|voce pode|podes|pots|kannst du|konnen sie|kun je|devi|dois|deves|deve|has de|bisogna|il faut|je veux que tu|voglio che tu|quero que|"
    r"zuerst|prima|d'abord|primeiro|vi prego di|ti chiedo di|veuillez|queira|favor|tu|bot|ki|ia|ai|sereno|assistant|assistente|assistent|d'ora in poi|desormais|ab jetzt|ab sofort|de acum) )"
)
_IGNORE = _any(
    # Italian
    "ignora|ignori|ignorate|ignorare|dimentica|dimenticati di|dimenticare|dimentichi|dimenticate|trascura|trascuri|tralascia|scavalca|scavalcare|aggira|aggirare|elimina|rimuovi|disattiva|disattivare|bypassa|"
    "non (?:seguire|rispettare|considerare|obbedire a|badare a)|smetti di (?:seguire|rispettare|obbedire a)|lascia (?:perdere|da parte|stare)|metti da parte|annulla|annullare|disobbedisci a|infrangi|viola|violare|abbandona|abbandonare|"
    "rinuncia a|supera|cancella|sospendi|rompi|contravvieni a|eludi|scarta|rifiuta|dissocia|dissociati da|distaccati da|staccati da|liberati da|allontanati da|passa sopra a|sovrascrivi|sostituisci|stravolgi|inverti|modifica",
    # French
    "ignore[zr]?|oublie[zr]?|neglige[zr]?|contourne[zr]?|outrepasse[zr]?|ecarte[zr]?|rejette|rejetez|abandonne[zr]?|annule[zr]?|desactive[zr]?|desobeis a|transgresse[zr]?|viole[zr]?|enfreins|enfreignez|"
    "laisse[zr]? (?:de cote|tomber)|mets de cote|mettez de cote|fais abstraction|faites abstraction|ne (?:tiens|tenez) (?:pas|plus|aucun) compte|passe outre|defais-toi de|detache-toi de|debarrasse-toi de|eloigne-toi de|libere-toi de|"
    "ne (?:suis|suivez|respecte[z]?) (?:pas|plus)|(?:arrete|cesse)[z]? de (?:suivre|respecter)|supprime[zr]?|efface[zr]?|omets|omettez|renonce[zr]? a|depasse[zr]?|remplace[zr]?|leve[zr]?|retire[zr]?|jette|devie de|modifie[zr]?",
    # Portuguese, Galician
    "ignora|ignore[m]?|ignorar|esqueca[m]?(?:-se de)?|esquece(?:-te de)?|esquecer|desconsidere[m]?|desconsidera|desconsiderar|descarte|descarta|despreze|despreza|contorne|contorna|desobedeca|desobedece|nao (?:sigas|siga|obedecas|obedeca|respeites|respeite|consideres|considere)|"
    "(?:deixe|deixa) de (?:seguir|obedecer|lado)|ponha de lado|poe de lado|largue|larga|abandone|abandona|anule|anula|viole|viola|burle|burla|quebre|desligue|desliga de|desative|desativa|remova|suspenda|suspende|cancele|apague|apaga|elimine|desrespeite|desrespeita|"
    "circunvente|circunventa|sobreponha|sobrepoe|ultrapasse|renuncie a|liberte-se de|esquece|esquecede|ignorade|obvia|deixa a un lado|pasa de|non (?:sigas|fagas caso)",
    # Catalan
    "ignoreu|oblida(?:'t de)?|oblideu|oblidar|descarta|deixa de (?:seguir|banda)|no (?:segueixis|facis cas)|salta't|desactiva|desobeeix|elimina|esborra|passa de|trenca",
    # Romanian
    "ignora|ignorati|uita(?: de)?|uitati(?: de)?|nesocoteste|nesocotiti|incalca|incalcati|ocoleste|ocoliti|abandoneaza|abandonati|renunta la|renuntati la|lasa(?: la o parte| deoparte)?|anuleaza|dezactiveaza|suspenda|suspendati|sterge|elimina|"
    "nu (?:urma|respecta|asculta de|tine cont de)|nu mai (?:urma|respecta|asculta)|depaseste|treci peste|incetează sa urmezi|inlocuieste|desprinde-te de|elibereaza-te de|deconecteaza-te de|indeparteaza-te de|modifica|neglijeaza|incalca|omite",
    # German
    "ignorier(?:e|t|en sie|en)?|vergiss|vergesst|vergessen sie|missacht(?:e|et|en sie)?|umgeh(?:e|t|en sie)?|ubergeh(?:e|t|en sie)?|uberspring(?:e|en sie)?|verwirf|verwerfen sie|brich(?: mit)?|verletze|verlass(?:e)?|uberschreib(?:e|en sie)?|uberschreite|ubersteuere|"
    "befolg(?:e|en sie) (?:nicht|keine)(?: mehr)?|beachte (?:nicht|keine)|losch(?:e|en sie)?|deaktivier(?:e|en sie)?|schalte|hebe|setz(?:e|en sie)?(?: dich uber)?|leg(?:e|en sie)?|lass|lose dich von|los dich von|trenne dich von|weiche von|wirf|wirf weg|entferne|streich(?:e)?|pfeif auf|scheiss auf|verzichte auf|umschiffe",
    # Dutch
    "negeer|vergeet|sla|omzeil|laat|overschrijf|schakel|doorbreek|verwijder|volg niet(?: meer)?|leg|wis|schrap|houd je niet aan",
    # Polish, Turkish comes after its object
    "zignoruj|ignoruj|zapomnij(?: o)?|pomin|odrzuc|olej|zlam|nie (?:przestrzegaj|stosuj)|porzuc|omin|wylacz|usun|skasuj",
    # Swedish, Danish, Norwegian, Czech, Croatian
    "ignorera|glom|strunta i|glem|ignorer|zapomen(?: na)?|zapomente na|zaboravi|zanemari",
)
_DET = (
    r"(?:(?:tutt[eio]|tutta|tutto|ogni|qualsiasi|qualunque|quelle|quelli|queste|questi|delle|dei|degli|dalle|dai|dagli|alle|ai|agli|le|gli|la|il|lo|i|l|"
    r"tou(?:te)?s|toute|tout|chaque|n'importe quelle?|ces|cette|des|du|les|aux|de|d|"
    r"tod[oa]s?|tudo|qualquer|quaisquer|todos|cada|estas|essas|esses|estes|aquelas|as|os|das|dos|da|do|o|a|as|"
    r"tot(?:es|s)?|qualsevol|aquestes|els|dels|l|"
    r"toate|orice|toti|fiecare|aceste|ale|"
    r"alle[nrs]?|samtliche[nr]?|jede[rsn]?|jegliche[rn]?|die|den|der|das|dem|diese[nr]?|einfach|bitte|mal|ab|sofort|"
    r"al|het|de|elke|iedere|deze|"
    r"wszystkie|wszelkie|te|wszystkich|alla|vsechny|sve|"
    r"meine|meiner|im|vom|von|sur|sui|sulle|nelle|completement|completamente|complet|vollstandig|temporaneamente)[\s,']+)*"
)
_PRIOR = _any(
    "precedent[ie]|precedente|anterior[ie]?|antecedent[ie]|iniziali|originali|di prima|qui sopra|sopra(?:stanti)?|date|ricevute|di sistema|del sistema|predefinit[ei]|di sicurezza|di base|etiche|incorporat[ei]|integrat[ei]|"
    "precedentes?|precedents?|anterieure?s?|initiale?s?|originale?s?|d'origine|ci-dessus|d'avant|de depart|recues?|donnees|systeme|du systeme|par defaut|de securite|prealables?|ethiques?|integrees?|"
    "anteriores|previas?|previos?|iniciais|originais|acima|de cima|recebidas|dadas|do sistema|de sistema|de seguranca|padrao|antigas?|eticas?|embutidas|previes|previs|anteriors|rebudes|d'abans|"
    "anterioare|precedente|initiale|originale|de mai sus|primite|de sistem|de pana acum|implicite|etice|de siguranta|"
    "vorherigen?|vorigen?|bisherigen?|fruheren?|obigen?|vorangegangenen?|vorangehenden?|ursprunglichen?|anfanglichen?|oben(?:stehenden?)?|erhaltenen?|alten?|"
    "vorige|eerdere|bovenstaande|voorgaande|oorspronkelijke|vorherige|"
    "poprzedni(?:e|ch)|wczesniejsz(?:e|ych)|powyzsz(?:e|ych)|dotychczasow(?:e|ych)|tidigare|forrige|tidligere|predchozi|prethodne"
)
_YOUR = _any(
    "tu[aeo]|tuoi|vostr[eio]|sue|suoi|tes|ton|ta|vos|votre|teus?|tuas?|seus?|suas?|vossas|vosso|os teus|les teves|la teva|el teu|els teus|tale|ta|tau|tai|voastre|vostru|dumneavoastra|"
    "deine[nrms]?|dein|eure[nr]?|ihre[nrm]?|je|jouw|uw|swoje|swoich|twoje|twoich|dina|dine|sve"
)
_ORDERS = _any(
    "istruzion[ie]|regol[ae]|direttiv[ae]|ordin[ie]|comand[io]|linee guida|prompt|indicazioni|consegne|restrizion[ie]|limit[ie]|limitazioni|vincoli|filtr[io]|protocoll[io]|programmazione|addestramento|impostazioni|parametri|standard etici|barriere",
    "instructions?|consignes?|regles?|directives?|ordres?|prompts?|restrictions?|limitations?|limites|contraintes|protocoles?|programmation|filtres?|garde-fous|entrainement|formation|parametres|invite|indications|normes|reglement",
    "instruco(?:es|ns)|instrucao|instrucions|regras?|diretri(?:z|zes)|diretivas?|directivas|ordens|ordes|comandos?|orientacoes|restri(?:coes|cao|cions)|limitacoes|limites|filtros?|protocolos?|programacao|programacion|treinamento|configurac(?:ao|oes)|parametros|normas?|politicas|prompts?|indicacoes|pautas",
    "instruccions|regles|normes|ordres|directrius|restriccions|limits|filtres|consignes|indicacions",
    "instructiun(?:i|ile|ilor)|reguli|regulile|regulil[eo]r?|regulamentul|directive(?:le)?|ordine(?:le)?|comenzi(?:le)?|restrictii(?:le)?|limite(?:le)?|filtre(?:le)?|protocoale(?:le)?|programarea|promptul|indicatii(?:le)?|orientari(?:le)?|constrangeri(?:le)?|normele|setarile|limitarile|parametrii|antrenamentul",
    "anweisungen?|anleitungen|regeln?|richtlinien?|vorgaben?|befehle?|instruktionen?|vorschriften|einschrankungen|beschrankungen|direktiven?|programmierung|leitlinien|auftrage?|auftrag|prompts?|filter|grenzen|leitplanken|weisungen|protokolle|sicherheits\\w+|betriebs\\w+|standard\\w+|ausfuhrungen|schranken",
    "instructies|regels|opdrachten|opdracht|richtlijnen|aanwijzingen|bevelen|beperkingen|grenzen|instructie|filters",
    "instrukcj[aei]|instrukcji|zasad(?:y|ach)?|polece(?:nia|niach)|regul(?:y|ach)?|ograniczenia|wytyczne|wytycznych|rozkazy|instruktioner|regler|anvisningar|ordrer|pokyny|instrukce|pravidla|instrukcije|pravila|upute",
)
_PROCESSES = _any(
    "funzioni|procedure|processi?|algoritmi|meccanismi|metodi|sistemi?|abitudini|etica|morale|quadro etico|condotta|fonctions?|procedures?|processus|algorithmes?|mecanismes?|systemes?|ethique|morale|cadre ethique|normes|habitudes|"
    "funcoes|procedimentos|processos?|algoritmos|mecanismos|metodos|sistemas?|rotinas?|etica|moral|padroes|quadro etico|habitos|funcions|processos|"
    "functii(?:le)?|procedurile|proceduri|procesul|procesele|algoritmii|algoritmi|mecanismele|metodele|sistemele|etica|morala|cadrul etic|rutina|obiceiurile|standardele|"
    "funktionen|verfahren|prozesse?|algorithmen|mechanismen|systeme|ethik|moral|gewohnheiten|routinen?|ethikrahmen|entscheidungs\\w+|antwort\\w+|normen|funktion|procedures|processen|ethiek"
)
_TELL = _any(
    "mostra(?:mi|ci|re|te)?|mostri|rivela(?:mi|ci|re)?|dimmi|dicci|dire|dai|dammi|ripeti(?:mi)?|ripetere|stampa(?:mi|re)?|scrivi(?:mi)?|recita(?:mi)?|copia(?:mi)?|incolla|condividi|condividere|esponi|divulga|svela(?:mi|re)?|elenca(?:mi)?|traduci(?:mi)?|riassumi(?:mi)?|spiega(?:mi)?|smaschera|visualizza|comunica(?:mi)?|invia(?:mi)?|manda(?:mi)?|cita|riporta|trascrivi|codifica|leggi(?:mi)?|fammi vedere|descrivi(?:mi)?|"
    "qual e|quali sono|qual era|quali erano|qual e stat[oa]|cosa (?:dice|dicono|c'e scritto ne(?:l|lle))|voglio (?:vedere|sapere|leggere)",
    "montre(?:z|r)?(?:-moi|-nous)?|affiche[zr]?(?:-moi)?|revele[zr]?(?:-moi)?|donne[zr]?(?:-moi)?|dis-moi|dis|dites-moi|repete[zr]?(?:-moi)?|imprime[zr]?|ecris(?:-moi)?|ecrivez|recite[zr]?|copie[zr]?|colle[zr]?|partage[zr]?|expose[zr]?|divulgue[zr]?|devoile[zr]?|liste[zr]?|enumere[zr]?|traduis|traduisez|resume[zr]?|explique[zr]?|demasque[zr]?|communique[zr]?|envoie|envoyez|cite[zr]?|reproduis(?:ez)?|reproduire|transcris|encode[zr]?|lis(?:-moi)?|balance|file-moi|decris|"
    "quelles? (?:est|sont|etai(?:en)?t|a ete|ont ete|fut)|quels? (?:est|sont|etait|a ete)|c'est quoi|c quoi|je veux (?:voir|lire|connaitre)|que (?:disent|dit)",
    "mostra(?:-me|me|r)?|mostre(?:-me)?|revela(?:-me|me|r)?|revele(?:-me)?|me (?:mostra|mostre|diz|diga|de|da|passa|passe|manda|conta|conte|revela)|diz(?:-me)?|diga(?:-me)?|repet[ae](?:-me)?|repetir|imprim[ae]|escrev[ae](?:-me)?|recit[ae]|copi[ae]|col[ae]|compartilh[ae]|partilh[ae]|exponha|exib[ae]|divulg[ae]r?|desvend[ae]|desmascar[ae]|list[ae]|enumer[ae]|traduz[ae]?|resum[ae]|expli(?:ca|que)(?:-me)?|envi[ae](?:-me)?|mand[ae]|cit[ae]|transcrev[ae]|codifi(?:ca|que)|lei[ae]|ensina|amosa(?:me)?|dime|conta(?:me)?|"
    "qua(?:l|is) (?:e|sao|foi|foram|era|eram)|qual foi|cal (?:e|foi)|cales son|o que (?:diz|dizem)|quero (?:ver|saber|ler)",
    "mostra'm|ensenya(?:'m)?|digue(?:s|'m)|repeteix|imprimeix|escriu(?:'m)?|recita|copia|enganxa|tradueix|resumeix|explica(?:'m)?|dona'm|passa'm|canta|quin(?:a|es|s)? (?:es|son|era|eren)",
    "arata(?:-mi|-ne)?|arati|spune(?:-mi)?|spuneti|zi(?:-mi)?|afiseaza(?:-mi)?|dezvaluie(?:-mi)?|repeta(?:-mi)?|scrie(?:-mi)?|scri|recita|copiaza|lipeste|divulga|expune|listeaza|enumera|tradu|rezuma|explica(?:-mi)?|demasca|trimite(?:-mi)?|da-mi|citeaza|reproduce|transcrie|prezinta|care (?:e|este|sunt|era|erau|a fost|au fost)|ce (?:scrie|spune) in",
    "zeig(?:e|t|en sie)?(?: mir| uns)?|nenn(?:e|en sie)?(?: mir)?|sag(?:e|en sie)?(?: mir)?|gib(?: mir| uns)?|geben sie|wiederhol(?:e|en sie)?|druck(?:e|en sie)?|schreib(?:e|en sie)?|verrat(?:e|en sie)?(?: mir)?|offenbar(?:e|en sie)?|enthull(?:e|en sie)?|list(?:e)?|poste?|kopier(?:e|en sie)?|teil(?:e|en sie)?(?: mir)?|leg(?:e|en sie)?|ubersetz(?:e|en sie)?|fass(?:e)?|erklar(?:e|en sie)?|zitier(?:e|en sie)?|lies|lesen sie|gebt|schick(?:e)?(?: mir)?|"
    "was (?:ist|sind|war|waren|steht in|steht ganz oben in)|wie (?:lautet|lauten|lautete|lauteten|heissen|lauteten)|welche[rs]? (?:ist|sind|war|waren)|kannst du(?: mir)?|zeigst du(?: mir)?|ich (?:will|mochte)",
    "toon(?: me)?|laat(?: me)?(?: zien)?|geef(?: me)?|zeg(?: me)?|vertel(?: me)?|herhaal|print|schrijf|onthul|kopieer|deel|vertaal|vat|wat (?:is|zijn|was|waren|staat er in)|welke zijn",
    "pokaz(?: mi)?|podaj(?: mi)?|powiedz(?: mi)?|powtorz|wypisz|wyswietl|ujawnij|zdradz|napisz|skopiuj|wklej|przetlumacz|zakoduj|jaki(?:e)? (?:jest|sa|byl|byly)|visa(?: mig)?|vis(?: mig)?|ukaz|pokazi|reci mi",
)
_GIVE = (
    r"(?:(?:mi|me|moi|ci|nous|mir|uns|parola per parola|mot (?:pour|a) mot|palavra por palavra|wort(?:wortlich)?|wort fur wort|wortlich|word woord|verbatim|esattamente|exactement|exatamente|genau|integralmente|interamente|integralement|integralmente|textuellement|literalmente|letteralmente|"
    r"tutt[oaei]|l'intero|intero|intera|tout(?:e|es)?|tous|l'integralite|todo|toda|todas|todos|inteir[oa]|tot|totes|toata|toate|tot|intregul|alles?|allen?|den|dem|die|das|der|des|il|lo|la|le|i|gli|el|els|les|l|de|du|d|o|os|a|as|da|das|do|dos|del|della|delle|dei|het|"
    r"testo|texte|texto|text(?:ul)?|wortlaut|contenuto|contenu|conteudo|contingut|continut(?:ul)?|inhalt|inhoud|copia|copie|kopie|versione|version|versao|riassunto|resume|resumo|zusammenfassung|prim[ae]|premiere?s?|primeir[oa]s?|erste[nr]?|ultim[ae]|frasi?|phrases?|frases?|parol[ae]|mots?|palavras?|satze?|worte?|righe|lignes|linhas|zeilen?|"
    r"exact[ea]?|esatto|esatta|exat[oa]|complet[oaes]{0,2}|vollstandige[nrs]?|genaue[nrs]?|ganze[nrs]?|ora|maintenant|agora|jetzt|bitte|mal|qui|ici|aqui|hier|s'il te plait|per favore|por favor|in|en|em|im|auf|sur|su)[\s,:']+)*"
)
_HID = _any(
    "di sistema|del sistema|inizial[ie]|original[ie]|nascost[aeio]|segret[aeio]|intern[aeio]|di partenza|di base|complet[aeio]|precedent[ie]|principal[ie]|fondamental[ie]|chiave|central[ie]|"
    "systeme|du systeme|initiale?s?|originale?s?|d'origine|cachee?s?|secrete?s?|secrets?|internes?|de depart|de base|completes?|completet?|confidentiel(?:le)?s?|fondamentale?s?|principale?s?|"
    "do sistema|de sistema|inicia(?:l|is)|origina(?:l|is)|ocult[oa]s?|escondid[oa]s?|secret[oa]s?|intern[oa]s?|agachad[oa]s|complet[oa]s?|fundamenta(?:l|is)|principa(?:l|is)|del sistema|amagades|ocultes|secretes|internes|inicials|"
    "de sistem|initial[ea]?|initiale|original[ea]?|ascuns[ea]?|secret[ea]?|intern[ea]?|complet[ea]?|fundamentala|principal[ea]?|de baza|"
    "geheimen?|versteckten?|verborgenen?|internen?|ursprunglichen?|anfanglichen?|vollstandigen?|genauen|ersten|verborgene|geheime|interne|systeem|verborgen|ukryte|tajne|hemliga|skjulte"
)
_PROMPT = _any(
    "prompt(?:s|ul|u|y)?|istruzion[ie]|direttiv[ae]|messaggio (?:di|del) sistema|programmazione|configurazione|linee guida|instructions?|consignes?|directives?|message (?:du )?systeme|invite(?: systeme)?|configuration|preprompt|"
    "instruco(?:es|ns)|instrucao|instrucions|diretri(?:z|zes)|diretivas?|mensagem (?:do|de) sistema|mensaxe (?:do|de) sistema|configuracao|configuracion|instruccions|instruccio|directrius|missatge (?:del|de) sistema|configuracio|"
    "instructiun(?:i|e|ile|ea)|directive(?:le)?|mesajul (?:de )?sistem(?:ului)?|configuratia|systemprompts?|system-prompts?|system prompts?|anweisungen|anweisung|instruktionen|vorgaben|richtlinien|systemnachricht|systemanweisung(?:en)?|konfiguration|startanweisung(?:en)?|systeemprompt|systeeminstructies|instructies|systemowy prompt|instrukcje|instrukcji|wytyczne|instruktioner|instrukce"
)
_COMMAND = _any(
    "comand[oi]|istruzione|direttiva|prompt|domanda|richiesta|messaggio|input|commande|instruction|directive|invite|question|demande|requete|comanda|intrebare|instructiune[a]?|comanda|directiva|promptul|"
    "instrucao|diretriz|diretiva|pergunta|pedido|mensagem|comando|befehl|anweisung|direktive|eingabe|frage|aufforderung|instruktion|instruccio|ordre|ausbildungs\\w+|grundbefehl|basisbefehl|basis-prompt|ordem"
)
_BEHIND = (
    r"(?:sotto (?:il|cui|la)|su cui|che ti|con cui|dietro|alla base|del tuo|della tua|delle tue|nel tuo|nella tua|durante il tuo|in cui ti|hai ricevuto|a cui|che guida|che alimenta|che ha|che stai|"
    r"qui (?:te|t'|guide|alimente|dirige|a (?:genere|provoque|declenche))|sous (?:laquelle|lequel)|sur (?:laquelle|lequel)|derriere|de t(?:a|on|es)|dans t(?:a|on)|pour t(?:a|on|es)|avec laquelle|que tu as|tu as recue?|"
    r"que (?:te|lhe|recebeste|voce|guia|impulsiona|alimenta|orienta|gerou|provocou|originou)|sob (?:o|a) qual|em que|no qual|na qual|por tras|da sua|do seu|das suas|na sua|no seu|de suas?|da tua|do teu|com (?:o|a) qual|da ia|"
    r"pe care|care (?:te|a|iti)|sub care|din spatele|in spatele|cu care|al tau|a ta|ale tale|tau|"
    r"(?:auf|unter|mit|nach) (?:dem|der|denen) du|d(?:er|ie|as) (?:dich|dir|deine[rn]?|du)|hinter deine[nrm]|deiner|deinem|wahrend deine[rs]|in deine[rm]|fur deine|zu deine[rn]|den du)"
)
_BE = _any(
    "sei(?: ora| adesso)?|ora sei|agisci|fingi|fai finta|comportati|rispondi|interpreta|immagina|recita|simula|diventa|agire|parla|tu es(?: maintenant)?|vous etes|agis|agissez|fais comme|fais semblant|comporte-toi|reponds|repondez|imagine|incarne|joue|simule|deviens|parle|"
    "es|tu es|voce e(?: agora)?|agora (?:es|voce e)|aja|age|atua|atue|finge|finja|comporta-te|comporte-se|responda|responde|imagina|imagine|interprete|simule|torna-te|fala|fale|ets|ara ets|fes de|actua|respon|"
    "esti(?: acum)?|acum esti|actioneaza|prefa-te|comporta-te|raspunde|imagineaza-ti|joaca|simuleaza|devino|vorbeste|"
    "du bist(?: jetzt| nun| ab jetzt)?|bist du jetzt|verhalte dich|benimm dich|handle|agiere|tu so|antworte|spiel(?:e)?|stell dir vor|simuliere|sprich|werde|je bent(?: nu)?|gedraag je|doe alsof|antwoord|speel|jestes|udawaj|zachowuj sie|odpowiadaj|du ar|du er"
)
_WITHOUT = (
    r"(?:senza|sans|sem|sense|sen|fara|ohne|zonder|bez|utan|uten|uden|libero da|liberi? da|libre de|livre de|lliure de|liber de|frei von|vrij van|non (?:hai|ha|esistono|ci sono)(?: piu)?|n'as?(?: plus| pas)? de|n'a aucune?|n'as aucune?|nao tem|nao ha|no te|nu (?:ai|are|exista)|keine[nr]?|geen|nie masz|"
    r"che ignora|qui ignore|que ignora|die .{0,20}ignoriert|illimitat[oa]|illimitee?)"
)
_LIMITS = _any(
    "restrizion[ie]|limit[ie]|limitazioni|filtr[io]|censura|regole|regola|etica|morale|vincoli|freni|restrictions?|limites?|limitations?|filtres?|censure|regles?|ethique|morale|contraintes?|restricoes|restricao|limitacoes|filtros?|regras?|moral|restriccions?|"
    "limits|restrictii|restrictie|limite|filtre|cenzura|reguli|etica|constrangeri|einschrankungen|beschrankungen|grenzen|schranken|filter|zensur|regeln|ethik|moral|beperkingen|grenzen|filters|censuur|regels|ograniczen(?:ia)?|zasad|filtrow|cenzury|begransningar|regler|restricoes"
)
_MODE_WORD = r"(?:modalita|mod|modo|mode|modul|modus|interfaccia|interface|interfata|tryb)"
_FREE_MODE = (
    rf"(?:{_MODE_WORD} (?:de |in |em |en )?(?:dio|libera|libero|senza (?:restrizioni|limiti|filtri|censura)|illimitat[oa]|dan|jailbreak|segret[oa]|dieu|libre|sans (?:restrictions?|limites?|filtres?|censure)|illimite|secret|deus|livre|"
    r"sem (?:restricoes|limites|filtros?|censura)|irrestrito|lliure|sense (?:restriccions|limits|filtres)|zeu|zeul|liber|fara (?:restrictii|limite|filtre|cenzura)|nerestrictionat|ohne (?:einschrankungen|grenzen|filter|regeln|zensur|beschrankungen)|zonder (?:grenzen|regels|filters))|"
    r"(?:gott|jailbreak|dan|god)-?modus)"
)
_STAFF_MODE = (
    rf"(?:{_MODE_WORD} (?:de |in |em |en )?(?:sviluppatore|debug|amministratore|manutenzione|developpeur|administrateur|maintenance|desenvolvedor|programador|administrador|manutencao|desenvolupador|manteniment|dezvoltator(?:ului)?|administrator|mentenanta|deweloper(?:a|ski)?|root|sudo)|"
    r"(?:entwickler|wartungs|debug|admin|ontwikkelaars?)-?modus)"
)
_ENTER = _any(
    "attiva(?:re)?|abilita(?:re)?|entra(?:re)?(?: in)?|passa(?:re)?(?: a(?:lla)?| in)?|vai in|inizia|avvia|active[zr]?|activer|entre[zr]?(?: en| dans)?|passe[zr]?(?: en| a| au)?|bascule(?: en)?|ative|ativa|ativar|habilite|habilita|habilitar|entre(?: no| em)?|entra(?: no| em| en)?|mude para|muda para|passa (?:pro|para|pra) (?:o )?|activa|"
    "activeaza|activati|activare|intra in|treci (?:pe|in)|comuta pe|porneste|aktivier(?:e|en sie)?|starte|geh in den|wechsle in(?: den)?|wechsel in(?: den)?|schalte in(?: den)?|activeer|schakel naar|ga naar|wlacz|aktywuj|przelacz (?:sie )?(?:na|w)|aktivera"
)
_SECRET = _any(
    "password|parola (?:d'ordine|segreta|chiave)|parola d'accesso|chiave (?:segreta|privata|api)|codice (?:segreto|d'accesso|di accesso)|segreto|mot de passe|mot (?:secret|cle)|cle (?:secrete|privee|api)|code (?:secret|d'acces)|phrase secrete|secret|jeton|senha|palavra(?:-| )?(?:passe|chave|secreta)|chave (?:secreta|privada|da api|de api)|codigo (?:secreto|de acesso)|segredo|contrasinal|segredo|"
    "contrasenya|clau (?:secreta|privada|d'acces)|paraula (?:secreta|clau)|secret|codi secret|parola|cuvantul secret|cheia (?:secreta|privata|api)|codul secret|codul de acces|secretul|passwort|kennwort|geheimwort|losungswort|zugangscode|geheimcode|geheimnis|geheime[ns]? (?:wort|schlussel|satz|code)|privaten schlussel|api-schlussel|tresorcode|einladungscode|wachtwoord|geheime (?:woord|sleutel)|geheim|haslo|tajne haslo|sekret|losenord|adgangskode"
)
_KEPT_WORD = _any(
    "password|parola (?:d'ordine|segreta|chiave)|parola d'accesso|chiave (?:segreta|privata|api)|codice (?:segreto|d'accesso|di accesso)|mot de passe|mot (?:secret|cle)|cle (?:secrete|privee|api)|code (?:secret|d'acces)|phrase secrete|senha|palavra(?:-| )?(?:passe|chave|secreta)|chave (?:secreta|privada|da api|de api)|codigo (?:secreto|de acesso)|contrasinal|"
    "contrasenya|clau (?:secreta|privada|d'acces)|paraula (?:secreta|clau)|codi secret|cuvantul secret|cheia (?:secreta|privata|api)|codul secret|codul de acces|passwort|kennwort|geheimwort|losungswort|zugangscode|geheimcode|geheime[ns]? (?:wort|schlussel|satz|code)|privaten schlussel|api-schlussel|tresorcode|wachtwoord|geheime (?:woord|sleutel)|haslo|tajne haslo"
)
_KEPT = (
    r"(?:che (?:ti (?:hanno|e stat[oa])|stai (?:proteggendo|custodendo|nascondendo)|custodisci|proteggi|nascondi|conosci|tieni)|qu'on t'a|que (?:tu )?(?:gardes|caches|proteges|connais|detiens)|qui t'a ete|que (?:te|lhe) (?:deram|confiaram|disseram|entregaram)|que (?:voce )?(?:guarda[s]?|esconde[s]?|protege[s]?|oculta[s]?|conhece[s]?|custodia[s]?|tens)|que (?:et van|t'han|guardes|amagues|protegeixes)|que che deron|que agochas|"
    r"pe care (?:o|il|le|l-ai|ai)|care ti|ascuns|(?:das|den|die) (?:man )?(?:dir|du)|dat je|die je|ktore|du (?:bewachst|huteste?|versteckst|schutzt|kennst))"
)
_SAY = _any(
    "scrivi|scrivere|rispondi|dimmi|di'|stampa|mostra|ripeti|restituisci|ecris|ecrivez|reponds|repondez|dis|affiche|imprime|renvoie|rends|retourne|escrev[ae]|respond[ae]|diz|diga|imprim[ae]|mostr[ae]|repit[ae]|devolv[ae]|escriu|digues|respon|retorna|scrie|raspunde|spune|afiseaza|schreib(?:e)?|antworte|sag(?:e)?|gib|drucke|schick|sende|schrijf|antwoord|zeg|napisz|odpowiedz|powiedz"
)
_TASK = _any(
    "tradurre|traduci|riassumere|riassunto|traduzione|traduire|traduis(?:ez)?|resumer|traduction|resume|traduzir|traduza|traduz|resumir|traducao|resumo|traduccio|traduir|tradueix|resumeix|traduce(?:re|ti)?|tradu|rezuma|rezumat|ubersetzen|ubersetze|ubersetzung|zusammenfassen|zusammenfassung|vertalen|vertaal|vertaling|samenvatten|samenvatting|tlumaczyc|tlumacz"
)
_NEW_LIFE = r"(?:solo|soltanto|esclusivamente|unicamente|seulement|uniquement|exclusivement|exclusivamente|apenas|unicament|nomes|doar|numai|exclusiv|nur|ausschliesslich|allein|alleen|uitsluitend|tylko|wylacznie)"
_MY = _any(
    "(?:mie|miei|mia|mio|mes|mon|ma|minhas?|meus?|meves|meus|mele|mea|mei|meu|meine[nr]?|mijn|moje|moich) (?:\\w+ )?(?:istruzioni|direttive|ordini|comandi|richieste|esigenze|indicazioni|instructions?|directives?|ordres?|demandes?|exigences?|consignes?|instruco(?:es|ns)|diretrizes|ordens|ordes|comandos|solicitacoes|exigencias|pedidos|instruccions|instructiuni(?:le)?|ordine(?:le)?|comenzi(?:le)?|cereri(?:le)?|directive(?:le)?|cerinte(?:le)?|anweisungen|befehlen?|direktiven|anforderungen|wunschen?|anleitungen|vorgaben|forderungen|anfragen|fuhrung|anleitung|instructies|opdrachten|bevelen|polecenia|polecen)"
)


_GERMAN_ORDERS = r"(?:anweisungen|anleitungen|regeln|richtlinien|vorgaben|befehle|instruktionen|einschrankungen|beschrankungen|programmierung|grenzen|auftrag|prompt|ausfuhrungen|instructies|regels)"
_ALL_THE = r"(?:(?:tutt[ei]|toutes|tous|todas|todos|totes|tots|toate|alle|samtliche|wszystkie|vsechny|sve|alla|qualsiasi|qualquer|toute|orice)[\s,]+(?:le |gli |les |as |os |els |die |l')?)"
_THEN = r"[\s,.;:!-]+(?:e |et |und |y |i |si |en |ora |maintenant |agora |jetzt |acum |\W)*"
_UNQUOTED = r"(?:^|[^\"'`„“”‘’«»「『《\pL])"
"""Scripts without marks for an order: who quotes one only speaks of it."""
_ASKED_FOR = _any(
    "di sistema|del sistema|inizial[ie]|nascost[aeio]|segret[aeio]|systeme|du systeme|initiale?s?|cachee?s?|secrete?s?|do sistema|de sistema|inicia(?:l|is)|ocult[oa]s?|escondid[oa]s?|secret[oa]s?|agachad[oa]s|del sistema|amagades|ocultes|secretes|inicials|de sistem|ascuns[ea]?|geheimen?|versteckten?|verborgenen?|geheime|systeem|verborgen|tajne|ukryte"
)

PATTERNS: dict[str, tuple[str, ...]] = {
    "override": (
        rf"{_AT}{_IGNORE} {_DET}(?:{_YOUR} )?(?:{_PRIOR} (?:\w+ )?{_ORDERS}|{_ORDERS} (?:\w+ )?{_PRIOR})\b",
        rf"{_AT}{_IGNORE} (?:tutto )?(?:quello|cio|quanto|tout ce|ce|tudo o|o|tot el|el|tot ce|ceea ce|alles?,?|alles was|was) ?(?:che|que|qu|ce|was|wat)?[' ](?:ti (?:e stato|hanno|avevano)|on (?:t'a|vous a|t'avait)|te (?:disseram|mandaram|ensinaram|pediram|foi)|lhe (?:disseram|foi)|t'han|et van|ti s-a|ti-au|vi s-a|(?:man )?dir (?:gesagt|aufgetragen|befohlen|beigebracht|vorgegeben)|man dir|dir (?:bisher|vorher)|je (?:is|bent) )",
        rf"\b(?:obigen|vorherigen|bisherigen|fruheren|vorigen|vorangegangenen|deine|ursprunglichen) (?:\w+ )?{_GERMAN_ORDERS} (?:bitte |jetzt |sofort |einfach |komplett |ab )*(?:ignorieren|vergessen|missachten|verwerfen|ausser acht lassen|uberspringen)\b",
        (
            r"\b(?:onceki|yukaridaki|tum|butun|sana verilen|verilen) (?:\w+ ){0,2}(?:talimat|kural|komut|yonerge|emir)\w* (?:\w+ )?(?:yok say|unut|gormezden gel|dikkate alma|bosver|ihmal et|gec)|"
            rf"{_UNQUOTED}(?:aurreko|hasierako|zure) (?:\w+ ){{0,2}}(?:argibide|agindu|arau|jarraibide)\w* (?:\w+ )?(?:ahaztu|baztertu|alde batera|ez ikusi)|{_UNQUOTED}(?:ahaztu|baztertu|utzi alde batera|ez ikusi egin|ezikusi) (?:\w+ ){{0,2}}(?:argibide|agindu|arau|jarraibide)"
        ),
    ),
    "override_likely": (
        rf"{_AT}{_IGNORE} {_DET}(?:{_YOUR} (?:[\w-]+ ){{0,2}}(?:{_ORDERS}|{_PROCESSES})\b|{_ORDERS} (?:tale|voastre|dumneavoastra)\b|{_ORDERS}\b{_THEN}(?:{_SAY}|agisci|agis|aja|age|handle|segui|suis|siga|segue|folge|urmeaza|fai|fais|faca|faz|mach)\b)",
        rf"{_AT}{_IGNORE} {_ALL_THE}{_ORDERS}\b",
        rf"{_AT}(?:leg(?:e|en sie)?|hebe|setz(?:e|en sie)?|schalt(?:e|en sie)?|lass|lassen sie|wirf|los|lose|schmeiss|zet|leg|laat|schakel|sla) (?:dich |mal |bitte |einfach |alle |all |von |uber |aus )*(?:deine[nrm]?|eure[nr]?|ihre[nr]?|je|jouw) (?:\w+ ){{0,2}}(?:{_ORDERS}|{_PROCESSES}) (?:\w+ )?(?:beiseite|ab|auf|ausser kraft|hinweg|aus|weg|los|uber bord|sein|opzij|uit|over)\b",
        (
            rf"\b{_YOUR} (?:\w+ )?{_ORDERS} (?:\w+ )?(?:non (?:valgono|si applicano|contano|esistono)|ne (?:s'appliquent|comptent|valent|sont)(?: plus)?|nao (?:valem|se aplicam|contam|existem)|no (?:valen|compten)|nu (?:mai )?(?:se aplica|conteaza|sunt valabile)|gelten (?:nicht|ab)|sind (?:aufgehoben|ungultig|ausser kraft|ausgesetzt|geloscht|gestrichen)|"
            r"sono (?:annullate|sospese|cancellate|revocate|nulle)|sont (?:annulees|suspendues|levees|nulles|caduques|abrogees)|(?:foram|estao|sao) (?:anuladas|suspensas|canceladas|revogadas|nulas)|sunt (?:anulate|suspendate))\b"
        ),
        rf"\b(?:obbedisci|segui(?:re)?|esegui(?:re)?|rispondi|ascolta|concentrati|obeis|suis|suivre|execute[zr]?|reponds|ecoute|concentre-toi|guide|obedec[ae]|siga|segu(?:e|ir)|execut[ae]|respond[ae]|foc[ae]|concentra-te|concentre-se|atende|prioriz[ae]|obeeix|segueix|asculta|urmeaza|executa|raspunde|concentreaza-te|folge|befolge|gehorche|reagiere|antworte|konzentriere dich|fuhre|priorisiere|diene|volg|gehoorzaam|wykonuj)\b[^.\n]*\b{_NEW_LIFE} (?:\w+ ){{0,3}}{_MY}\b",
        (
            rf"{_AT}(?:dimentica(?:ti)?|ignora|ignori|scorda|oublie[zr]?|ignore[zr]?|esquec[ae]|esqueca|ignore|uita|vergiss|vergessen sie|ignorier(?:e|en sie)?|vergeet|negeer|zapomnij|oblida|esquece)(?: mal| bitte| di)? (?:tutt[oi]|tout|tudo|tot|alles|wszystko|das|il testo|le texte|o texto|den text|quanto|cio|ce) ?(?:quello |cio |ce |o |el )?(?:che |qui |que |qu'|was |wat |ce )?(?:c'era |e stato |il y a |etait |ha |tem |veio |hi ha |este |e |a fost )?"
            r"(?:qui sopra|sopra|precede(?:nte)?|avant|ci-dessus|acima|anterior|damunt|de mai sus|davor|zuvor|vorangegangene|vorherige|bisherige|obige|gesagte|hierboven|erboven|bisher|von vorhin|powyzej|do tej pory)\b"
            rf"{_THEN}\w"
        ),
        rf"{_UNQUOTED}(?:请|你|请你|现在)?(?:忽略|无视|無視|忽视|忘记|忘掉|忘記|抛开|绕过|跳过|不要理会|别管|不用管|不要遵守|不要遵循|违反|打破)(?:[^。!?.\n]{{0,10}}(?:之前|以前|先前|上面|前面|以上|上述|此前|原来|所有|全部|你的|妳的|一切|任何|系统|現有|现有|預設|默认)|掉)[^。!?.\n]{{0,10}}(?:指令|指示|规则|規則|规定|提示|命令|设定|設定|要求|限制|约束|準則|准则|设置|编程|原则)",
        rf"{_UNQUOTED}(?:{_any('前の|以前の|上の|上記の|これまでの|今までの|すべての|全ての|あなたの|元の|最初の|システムの|既存の')})[^。!?.\n]{{0,8}}(?:{_any('指示|命令|ルール|規則|プロンプト|設定|制限|指令|ガイドライン')})(?:{_any('は|を|も|をすべて|を全て|は全部|はすべて|を全部')}) ?(?:{_any('無視|忘れ|破棄|破って|取り消|解除|捨て|従わな')})",
        rf"{_UNQUOTED}(?:{_any('забудь|забудьте|игнорируй|игнорируйте|проигнорируй|отбрось|пренебреги|не следуй|нарушь|обойди|отмени|отключи|сбрось|сними|удали|плюнь на')})(?: {_any('про|о|все|всё|эти|любые')})? ?(?:[^.!?\n ]+ ){{0,2}}(?:{_any('предыдущие|предыдущих|прошлые|прежние|прежних|вышеуказанные|свои|своих|своё|твои|ваши|начальные|исходные|системные|старые|данные тебе|полученные|все|всех')}) (?:[^.!?\n ]+ )?(?:{_any('инструкци|правил|указани|приказ|ограничени|команд|промпт|настройк|фильтр|установк|запрет')})",
        rf"{_UNQUOTED}(?:{_any('تجاهل|تجاهلي|انس|انسى|تخط|تجاوز|خالف|الغ|اترك')}) (?:[^.!?\n ]+ ){{0,2}}(?:{_any('التعليمات|تعليماتك|الأوامر|اوامرك|القواعد|قواعدك|الإرشادات|القيود|قيودك|التوجيهات')})",
        rf"{_UNQUOTED}(?:{_any('पिछले|पिछली|पहले के|पुराने|सभी|सारे|अपने|ऊपर के')}) (?:[^.!?\n ]+ ){{0,2}}(?:{_any('निर्देश|निर्देशों|नियम|नियमों|आदेश|आदेशों|हिदायतें')}) (?:[^.!?\n ]+ )?(?:{_any('भूल|अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|इग्नोर|छोड़|तोड़|मत मानो')})",
    ),
    "persona": (
        rf"{_UNQUOTED}{_BE}\b[^.!?\n]*\b{_WITHOUT} (?:alcun[ao]? |nessun[ao]? |tutt[ei] |le |les |aucune? |toute |de |des |nenhum[a]? |cap |nicio |nici o |jegliche |alle |irgendwelche |die |piu )*{_LIMITS}\b",
        rf"{_AT}{_ENTER} (?:(?:la|le|l'|il|o|a|el|de|den|das|in) ?)?{_FREE_MODE}\b|^\W*{_ENTER} (?:(?:la|le|l'|il|o|a|el|de|den|das|in) ?)?{_STAFF_MODE}\W*$",
        rf"{_UNQUOTED}(?:扮演|假装|假裝|你现在是|现在你是|你是|成为|模拟|从现在起|从现在开始)[^。!?\n]{{0,24}}(?:没有|不受|沒有|无|毫无|不遵守|无视)(?:任何|一切)?[^。!?\n]{{0,6}}(?:限制|规则|規則|道德|审查|约束|过滤|束缚|底线)",
        r"(?:进入|启用|开启|激活|切换到|切换为|打开|進入|啟用)[^。!?\n]{0,6}(?:越狱|无限制|不受限|上帝|dan|自由|無限制)[^。!?\n]{0,2}模式",
        rf"{_UNQUOTED}(?:{_any('制限のない|制限なし|無制限|ルールのない|ルールなし|規則のない|フィルターなし|検閲なし|脱獄')})(?:{_any('モード')})?[^。!?\n]{{0,8}}(?:{_any('として|になって|に入って|を有効|に切り替|を起動|のふり|ai|のai')})",
        rf"{_UNQUOTED}(?:{_any('ты|теперь ты|притворись|представь|веди себя|действуй|отвечай|играй|стань')})[^.!?\n]*{_any('без')} (?:{_any('всяких|каких-либо|любых')} )?{_any('ограничений|правил|фильтров|цензуры|морали|этики|запретов')}",
        rf"{_UNQUOTED}{_any('включи|активируй|войди в|перейди в|переключись в|запусти')} {_any('режим')} {_any('бога|dan|без ограничений|без цензуры|без фильтров')}",
    ),
    "persona_perhaps": (
        rf"{_AT}{_ENTER} (?:(?:la|le|l'|il|o|a|el|de|den|das|in) ?)?{_STAFF_MODE}\b|{_any('включи|активируй|войди в|перейди в|переключись в')} {_any('режим')} {_any('разработчика|отладки|администратора')}|(?:进入|启用|开启|激活|切换到|打开)[^。!?\n]{{0,6}}(?:开发者|调试|维护|開發者)[^。!?\n]{{0,2}}模式",
    ),
    "extract": (
        rf"\b{_TELL} {_GIVE}(?:{_YOUR} (?:{_HID} )*{_PROMPT}\b|{_ASKED_FOR} {_PROMPT}\b|{_PROMPT} {_ASKED_FOR}\b|{_YOUR} (?:{_ORDERS} {_HID}|{_HID} {_ORDERS})\b|(?:[\w-]+ ){{0,2}}{_COMMAND} (?:{_HID} |[\w-]+ )?(?:[\w'-]+ )?{_BEHIND}\b)",
        (
            r"\b(?:cosa|che cosa|quali istruzioni|qu'est-ce qu'on|qu'est-ce que|que|quelles (?:instructions|consignes)|o que|que instrucoes|quais instrucoes|que (?:et|t')|quines instruccions|ce|ce instructiuni|was|welche (?:anweisungen|vorgaben|regeln)|wat) (?:ti (?:hanno|e stato) (?:detto|dato|scritto|ordinato)|t'(?:a|ont)(?:-on)? (?:dit|donne|ordonne|interdit)|t'a-t-on (?:dit|donne|ordonne)|on t'a (?:dit|donne|ordonne)|te (?:disseram|mandaram|deram)|lhe (?:disseram|deram)|voce recebeu|hai ricevuto|as-tu recues?|tu as recues?|han dit|van dir|han donat|ti s-au? (?:spus|dat)|ti-au (?:spus|dat)|ai primit|(?:hat man|haben sie|wurde) dir (?:gesagt|aufgetragen|befohlen|gegeben)|hast du (?:bekommen|erhalten))"
            r"(?: (?:prima|avant|antes|abans|inainte|vorher|all'inizio|au debut|no (?:comeco|inicio)|al principi|la inceput|am anfang|di non|de ne pas|de no|que nao|sa nu|nicht zu|calar|esattamente|exactement|exatamente|literalment)\b|\s?[?!.]*$)"
        ),
        r"\b(?:ripeti|stampa|scrivi|mostra(?:mi)?|copia|repete[zr]?|affiche[zr]?|ecris|montre(?:-moi)?|copie|repete|repita|imprime|imprima|escreva|escreve|mostra|mostre|copie|repeteix|imprimeix|escriu|repeta|scrie|afiseaza|arata(?:-mi)?|wiederhol(?:e|en sie)?|schreib(?:e)?|zeig(?:e)?(?: mir)?|gib(?: mir)?|druck(?:e)?|herhaal|toon|powtorz|wypisz) (?:mi |me |moi |mir |bitte |parola per parola |mot a mot |palavra por palavra |wort fur wort )*(?:tutto (?:cio|quello|il testo)|tout (?:ce|le texte)|tudo|todo o texto|o texto todo|tot (?:el|el text)|tot ce|tot textul|alles|den (?:ganzen )?text|alles?,? was|wszystko) ?(?:che |qui |que |o que |ce |was |wat |co )?(?:c'e |si trova |viene |e scritto |est |se trouve |precede |est ecrit |esta |ha |hi ha |este |e |steht |oben |uber |staat )*(?:scritto |ecrit |escrito |scris )?(?:sopra|prima di (?:questo|questa|me|mio)|prima del mio|ci-dessus|au-dessus|avant (?:ce|cette|moi|mon)|acima|antes (?:desta|deste|disso|da minha|de mim)|damunt|abans d|mai sus|inainte de|oben|davor|daruber|uber (?:dieser|meiner)|vor (?:dieser|meiner)|hierboven|powyzej)",
        rf"{_UNQUOTED}(?:请|请你|现在)?(?:输出|显示|告诉我|重复|打印|泄露|说出|展示|给我看|列出|复述|翻译|公开|写出|念出|透露|贴出|提供|总结|解释|分享|复制)[^。!?\n]{{0,12}}(?:系统提示|你的提示词|系统指令|初始指令|你的(?:全部|所有|完整|原始|内部|隐藏)?(?:指令|规则|设定|提示|设置|命令)|系统消息|系统信息|初始提示|system prompt|隐藏(?:指令|规则)|内部(?:指令|规则))",
        r"(?:你的|系统的?|初始|完整的?)(?:系统|初始|隐藏|内部)?(?:提示词|指令|prompt|提示|设定)(?:是什么[^意]|是什么$|是啥|有哪些|内容是|怎么写|的第一句)|(?:重复|输出|打印|复述|显示)(?:一遍)?[^。!?\n]{0,6}(?:以上|上面|前面|之前)(?:的)?(?:所有|全部|一切)?(?:内容|文字|文本|话|信息)",
        rf"{_UNQUOTED}(?:{_any('システムプロンプト|初期プロンプト|初期指示|あなたへの指示|あなたの指示|あなたの命令|あなたの設定|あなたのルール|あなたのプロンプト|隠された指示|システムメッセージ|元の指示|最初の指示|内部の指示|初期化文字列')})[^。!?\n]{{0,12}}(?:{_any('表示|出力|教えて|見せ|繰り返|印刷|書い|開示|公開|翻訳|要約|全文|貼って|コピー|復唱')})",
        rf"{_UNQUOTED}(?:{_any('покажи|выведи|раскрой|повтори|напиши|скажи|перечисли|расскажи|напечатай|переведи|процитируй|скопируй|перескажи|открой|выдай|дай')})(?: [^.!?\n ]+){{0,3}} (?:{_any('системный промпт|системную инструкцию|системные инструкции|свои инструкции|свои правила|свой промпт|твои инструкции|твой промпт|начальные инструкции|скрытые инструкции|исходные инструкции|первоначальные инструкции|свою инструкцию|системное сообщение|системного промпта|начальный промпт|ваш системный промпт|ваши инструкции|свои скрытые')})",
        rf"(?:{_any('какой|каков|какие|какая|что за')}) (?:{_any('у тебя|твой|твои|ваш|ваши|у вас')}) (?:[^.!?\n ]+ )?(?:{_any('промпт|инструкци|системный')})|{_UNQUOTED}(?:{_any('повтори|выведи|напиши|покажи')}) (?:{_any('всё|все|весь текст|слова')},? )(?:[^.!?\n ]+ ){{0,2}}(?:{_any('выше|до этого|перед этим')})",
        rf"{_UNQUOTED}(?:{_any('اعرض|أظهر|اظهر|اكتب|كرر|اطبع|اكشف|اخبرني|قل لي|ما هي|ما هو|ترجم|لخص|أعطني|اعطني')})(?: [^.!?\n ]+){{0,2}} (?:{_any('تعليماتك|موجه النظام|تعليمات النظام|التعليمات الأصلية|توجيهاتك|برومبت النظام|رسالة النظام|موجهك|التعليمات المخفية')})",
        rf"{_UNQUOTED}(?:{_any('अपना|अपने|तुम्हारा|तुम्हारे|आपका|आपके')}) (?:[^.!?\n ]+ )?(?:{_any('प्रॉम्प्ट|प्रोम्प्ट|निर्देश|prompt')})(?: [^.!?\n ]+)? (?:{_any('दिखाओ|बताओ|लिखो|दोहराओ|क्या है|क्या हैं|दिखाइए|बताइए|छापो')})",
        r"\b(?:sistem|baslangic|gizli) (?:prompt|istem|talimat|mesaj)\w* (?:\w+ )?(?:goster|yaz|soyle|ver|tekrarla)\b|\b(?:talimatlarini|promptunu|istemini|kurallarini) (?:\w+ )?(?:goster|yaz|soyle|ver|tekrarla|acikla|cevir)|\b(?:zure|sistemaren) (?:\w+ )?(?:prompt|argibide|jarraibide)\w* (?:\w+ )?(?:erakutsi|idatzi|esan|errepikatu|itzuli)",
    ),
    "secret": (
        rf"\b{_SECRET}(?: \w+)? {_KEPT}\b",
        rf"{_AT}(?:rivela(?:mi)?|svela(?:mi)?|divulga|confessa|revele[zr]?(?:-moi)?|devoile[zr]?|divulgue[zr]?|avoue|revela(?:-me)?|revele|confessa|confesse|dezvaluie(?:-mi)?|verrat(?:e)?(?: mir)?|offenbare|gestehe|onthul|zdradz|ujawnij) (?:mi |il |lo |la |le |l'|o |a |el |den |das |die |ta |ton |tua |tuo |sua |seu |dein |deine? |het |de )*{_KEPT_WORD}\b",
        rf"\b(?:prim[aei]|ultim[ae]|premieres?|dernieres?|primeir[oa]s?|ultim[oa]s?|erste[nr]?|letzte[nr]?|prima|eerste) (?:\w+ )?(?:letter[ea]|lettres?|letras?|lletra|litera|litere|buchstaben?|letter|caracteres|caractere) (?:della |del |du |de la |de l'|da |do |de |din |des |der |van (?:het|de) )(?:tu[ao] |ton |ta |sua |deine[sr] |tua |je )?{_KEPT_WORD}\b",
        rf"{_UNQUOTED}(?:告诉我|说出|透露|泄露|输出|给我|念出|拼出|写出)[^。!?\n]{{0,8}}(?:你(?:守着|保管|知道|隐藏|藏着|保护|记着)的)?(?:秘密(?:口令|密码|单词|词)|暗号|密钥|口令|api ?密钥)|你(?:守着|保管|隐藏|藏着|保护)的(?:[^。!?\n]{{0,4}})(?:密码|口令|秘密|密钥|词|单词)",
    ),
    "hijack": (
        rf"\b(?:(?:invece|anziche|piuttosto che|al posto) (?:di|della|del)? ?|au lieu (?:de|du|de la) ?|plutot que (?:de )?|em vez (?:de|da|do) |ao inves (?:de|da) |en (?:comptes|lloc) (?:de|del|d') ?|in loc (?:sa|de) (?:a )?|(?:an)?statt (?:zu |der |die |des )?|in plaats van (?:te )?|zamiast )(?:le |la |l'|el |o |a |zu |te )?{_TASK}\b[^.\n]*\b{_SAY}\b",
        rf"\b(?:non|ne|nao|no|nu|nicht|niet|nie) ?(?:pas )?(?:lo |le |la |o )?(?:tradur(?:re|lo)|traduis(?:ez)?|traduza|traduzas|tradueixis|traduce|traduceti|ubersetzen|vertalen|tlumacz)\b[^.\n]*\b{_SAY}\b",
    ),
}
"""Patterns by the name of their rule."""
