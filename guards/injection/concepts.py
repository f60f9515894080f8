"""What words an attack is made of, by idea and not by wording, in the languages that are read.

A word that ends in "*" stands for all that begin so. Spelt as people do; `features` folds them.
"""

from __future__ import annotations

CONCEPTS: dict[str, str] = {
    "skipped": """
        ignored forgot forgotten overrode bypassed skipped disregarded dismissed ignoró ignoraron ignorado ignoraba olvidó olvidado olvidaron omitió borró
        vergessen ignorierte dimenticato ignorato esqueci esqueceu ignorei ignorou oblidat забыл забыла
    """,
    # Setting aside.
    "skip": """
        ignore ignores ignoring ignored disregard* forget forgets forgetting override* overid* bypass* neglect* dismiss* discard* overlook*
        abandon* disobey* defy* overrul* circumvent* nullif* invalidat* unlearn* ingore ignor ignroe erase* wipe cancel revoke* suspend* violat* evad*
        ignora ignorá ignorad ignore ignoren ignorar ignorando ignoréis olvida olvidá olvidad olvide olviden olvidar olvídate olvidate olvidalas olvidá olvídalo omite omití omitir omitan omita descarta descartá descartar
        salta saltá saltarte saltate sáltate anula anulá anular desobedece* desobedecé desoye desoír desatiende elude* eludí evade pasa prescinde borra borrá suspende cancela cancelá desactiva desactivá desacata
        abandona abandoná incumple incumplí contraviene esquiva* rompe rompé saltear
        ignorem ignorar esqueça esquece esqueçam esquecer desconsidere desconsidera desconsiderar descarte despreze pule contorne desobedeça desvie burle
        ignore ignorez ignorer oublie oubliez oublier négligez néglige néglige outrepass* contourne* désobéi* passe écarte écartez abandonne* abstraction transgress*
        ignoriere* ignorier* vergiss vergesst vergessen missachte* umgehe* umgeh übergehe* überspring* verwirf verwerfe* verlasse* missacht* außer
        ignora ignorate ignorare ignori dimentica dimenticate dimenticare dimenticati trascura* tralascia* scavalca* aggira* bypassa* disobbedi* scarta* infrangi* viola* lascia eludi abbandona*
        oblida oblideu oblidar ignoreu desatén salta't descarta* passa esquece esquecede esquezas omite
        ahaztu ahantz baztertu alboratu ezikusi
        игнорируй* игнорир* проигнорир* забудь* забыть забуд* отбрось* пренебре* обойди* отмени* нарушь* отключи*
        忽略 无视 忽视 忘记 忘掉 抛开 绕过 跳过 不要理会 不用管 別管 忘記 無視 違反 解除 覆盖
        無視して 無視 忘れて 忘れ 従わない 破って 破棄
        تجاهل* انس انسى انسَ تخط* تجاوز* اهمل* أهمل* الغ
        अनदेखा नज़रअंदाज़ नजरअंदाज भूल भूलो भूलकर इग्नोर छोड़
        annulla annullare sospendi sospendere disconnetti* disinnesca stacca staccati supera disattiva void sever detach abolish* deshazte desvincúlate desprend* desengata löse lösen sospensione leave drop ditch scrap toss nix override-all zanemari* ignoruj* zapomnij negeer vergeet
    """,
    "not": """
        not don't dont no never without none cannot can't stop cease longer nothing neither nor
        sin nunca ningún ningun ninguna ningunas jamás deja dejá dejen dejar ni tampoco
        sem não nao nenhum nenhuma nunca pare deixe sans pas ne aucun aucune jamais plus cesse* arrête*
        ohne nicht kein keine keinen keinerlei nie niemals senza non nessun nessuna mai smetti sense mai cap gabe ez
        без не никаких никогда больше 不 没有 無 没 别 不要 なし ない しない بدون لا لم لن بلا बिना नहीं मत न
    """,
    "prior": """
        previous previously prior preceding above earlier past former foregoing initial initially original originally existing first old older preset default prev before
        pervious aforementioned previos previa previas previo previos anterior anteriores arriba inicial iniciales original originales primera primeras primer primero antiguas viejas antes dadas precedentes
        anteriormente previamente recibiste recibidas existentes acima originais prévias antigas antérieur* précédent* précedent* initial* avant préalable* ci-dessus dessus
        vorherige* vorige* vorangegangen* bisherige* ursprünglich* obige* obigen anfänglich* frühere* oben zuvor bisher
        precedenti precedente prima iniziale iniziali originale originali sopra antecedenti antériores anteriors prèvies previs inicials aurreko aurrekoak hasierako lehengo
        предыдущ* прежн* выше начальн* исходн* первоначальн* ранее прошл*
        之前 以前 先前 上面 前面 以上 上述 初始 原始 最初 一开始 前の これまで 以前の 上記 最初の 元の
        السابقة السابق سابق سابقة أعلاه اعلاه الأصلية الاصلية الأولى पिछले पिछली पिछला पूर्व पहले ऊपर मूल
    """,
    "order": """
        instruction instructions instructs direction directions directive directives rule rules guideline guidelines guidance command commands order orders constraint constraints
        restriction restrictions limitation limitations policy policies protocol protocols programming guardrail guardrails safeguard safeguards filter filters boundaries boundary
        norms standards principles training conditioning parameters obligations rulebook limits
        instrucción instruccion instrucciones regla reglas norma normas directriz directrices pauta pautas orden órdenes ordenes comando comandos mandato mandatos restricción restriccion restricciones
        limitación limitaciones límite límites limites política políticas protocolo protocolos programación indicación indicaciones consigna consignas filtro filtros lineamiento lineamientos directiva directivas
        instrução instruções regra regras diretriz diretrizes ordem ordens restrições restrição limitações protocolos comandos programação orientações
        consigne consignes règle règles directive directives ordre ordres contrainte* limites restriction* protocole* programmation garde-fou*
        anweisung* anleitung* regel regeln richtlinie* vorgabe* befehl* vorschrift* einschränkung* beschränkung* instruktion* programmierung leitlinie* auftrag
        istruzione istruzioni regola regole direttiva direttive linee comando comandi ordini ordine restrizioni limitazioni vincoli protocolli programmazione limiti
        instrucció instruccions regles normes ordres directrius restriccions límits instrucións regras normas ordes argibide* arau* agindu* muga*
        инструкц* правил* указан* команд* приказ* ограничени* директив* установк* запрет*
        指令 指示 规则 規則 说明 命令 要求 限制 约束 指南 规定 政策 ルール 規則 指示 命令 制限 ガイドライン 制約
        التعليمات تعليمات تعليماتك القواعد قواعد قواعدك الأوامر أوامر اوامر القيود قيود توجيهات التوجيهات
        निर्देश निर्देशों नियम नियमों आदेश आदेशों प्रतिबंध सीमाओं
        ordinance demand demands mandate mandates edict decree principle algorithm algorithms mechanism mechanisms process processes routine principi algoritmi processo processi meccanismi percorsi protocollo prozess prozesse prozessen processus principes princípios processo mecanismos principios proceso procesos algoritmo algoritmos mecanismos etiqueta guía guia consigna consignas setup briefing
    """,
    "prompt": """
        prompt prompts preprompt pre-prompt metaprompt sysprompt systemprompt system_prompt systemnachricht systemprompts systemmessage preamble initialization
        eingabeaufforderung systemanweisung* invite промпт* промт* подсказк* 提示词 提示語 提示 系统消息 系统提示 系統提示 プロンプト システムメッセージ برومبت البرومبت المطالبة प्रॉम्प्ट प्रोम्प्ट
    """,
    "inner": """
        system hidden internal core underlying base secretly confidential private foundational behind built-in inner configuration configured setup settings programmed backend context
        sistema interno interna internas internos oculto oculta ocultas ocultos base subyacente confidencial confidenciales configuración privado privada privadas ajustes fondo programado núcleo
        ocultas oculto ocultos subjacente configuração système caché cachée cachées interne internes sous-jacent* confidentiel* configuration
        system* versteckt* intern* verborgen* vertraulich* zugrunde grundlegend* konfiguration sistema nascosto nascosta nascoste nascosti interno interne sottostante riservat* configurazione
        ocult* intern* amagat* sistemaren ezkutu* barne системн* скрыт* внутренн* конфиденциальн* настройк*
        系统 系統 隐藏 隱藏 内部 底层 机密 配置 システム 隠された 内部 非公開 設定 النظام المخفية الداخلية السرية सिस्टम छिपे छुपे छिपी आंतरिक गोपनीय
        fundamental essential primary central main key driving generic fundamentale essenziale principale centrale chiave guida fondamentale fondamentali segreto essencial principal esencial essentiel* fondamental* central* zentral* wesentlich* haupt* original-prompt primario primaria primario clave central
    """,
    "secret": """
        secret secrets password passwords passphrase passcode passwd pwd key keys apikey api_key token tokens credential credentials code flag pin
        secreto secreta secretos secretas contraseña contrasena contraseñas clave claves código codigo credenciales palabra llave
        segredo segredos senha senhas chave secreta código mot passe clé clef secrète code passwort kennwort geheimnis geheim* schlüssel losung codewort geheimcode
        segreto segreta segreti password chiave parola contrasenya secret clau contrasinal segredo chave pasahitza sekretu gako
        парол* секрет* ключ* код тайн* 密码 密碼 秘密 口令 密钥 暗号 パスワード 秘密 合言葉 キー 暗証 كلمة السر سر سرية المرور السري पासवर्ड गुप्त राज़ कुंजी
    """,
    "reveal": """
        reveal reveals revealing show shows print prints display displays expose disclose divulge leak dump share unveil uncover tell output list spill give send provide recite write confess explain describe state quote export extract
        revela revelá revele revelen revelar revelame revélame muestra mostrá mostra muestre muéstrame muestrame mostrame mostrar enséñame enseñame enseña imprime imprimí imprima imprimir di dime decime decí decir diga dame dá dar pásame pasame pasa pasá
        comparte compartí comparta compartir expón exponé exponga divulga divulgá cuéntame contame cuenta filtra filtrá escribe escribí escribir lista enumera confiesa facilita facilitame indica indicame explicame explica describe describí descríbeme
        revele mostre mostra mostrar mostre-me imprima diga diga-me dê compartilhe exiba exponha conte liste escreva forneça descreva
        révèle révélez révéler montre montrez montrer montre-moi affiche affichez imprime dis dites dis-moi donne donnez partage* divulgue* expose* écris écrivez liste décris
        zeig zeige zeigen offenbare* enthülle* verrate verrat verraten sag sage nenne nenn gib gebe drucke teile ausgeben liste schreib* beschreibe lege offen
        rivela rivelami rivelare mostra mostrami mostrare stampa svela svelami dimmi dammi condividi esponi divulga elenca scrivi descrivi spiega smaschera
        digues mostra'm ensenya'm revela'm dóna'm dime amósame móstrame erakutsi esan eman esaidazu erakutsidazu
        покажи* раскрой* скажи* выведи* напечатай* напиши* выдай* сообщи* расскажи* назови* дай отправь*
        显示 告诉 透露 输出 打印 泄露 给我 说出 列出 公开 展示 写出 顯示 告訴 教えて 見せて 表示 出力 明かして 開示 言って 書いて
        اكشف أظهر اظهر اعرض أخبرني اخبرني اطبع قل أعطني اعطني اكتب شارك दिखाओ दिखाएं दिखाइए बताओ बताएं बताइए प्रकट छापो प्रिंट साझा लिखो
        divulgare rivelare espone esporre mostri condividere svelare sveli snocciola desvela desvelá desvelar sacá saca chiva chívate chivate canta cantá soplá sopla enviar envía enviá manda mandá send forward email e-mail post publish hand leak spit narrate enumerate detail elaborate read fetch retrieve return display-all toon zeigst verraten offenlegen preisgeben zeig' kannst
    """,
    "repeat": """
        repeat repeats repeating verbatim echo recite reiterate reproduce restate rehash replicate recall copy paste retype word-for-word word regurgitate rewrite rephrase paraphrase summarize summarise translate transcribe
        repite repetí repita repetir repíteme repetime literal literalmente textual textualmente copia copiá copiar pega reproduce reproducí transcribe transcribí resume resumí resumir traduce traducí
        repita repete repetir copie transcreva resuma traduza répète* répéter recopie* copie* résume* traduis* mot textuellement
        wiederhole* wörtlich kopiere* zitiere* fasse übersetze* ripeti ripetere ripetimi copia riassumi traduci letteralmente repeteix errepikatu kopiatu
        повтори* дословно слово процитир* скопируй* перескажи* перевед* 重复 逐字 复述 复制 原样 一字不差 重複 翻译 总结 繰り返して 繰り返し 一字一句 そのまま コピー 翻訳 要約
        كرر حرفيا حرفياً انسخ أعد ترجم لخص दोहराओ दोहराएं दोहराइए शब्दशः कॉपी अनुवाद
        duplicate replay parrot mirror recap relay retell reprint requote mirroring repeated restating reread remind enunciate echoing spellcheck proofread correct ripetimi rispecchia duplica parafrasea duplica herhaal vertaal powtórz
    """,
    "you": """
        you your yours yourself u ur you're youre you've you'll thy tu tus tuyo tuyas tuya tuyos ti te vos vosotros vuestro vuestras vuestros vuestra usted ustedes su sus eres sos estás tienes tenés debes debés puedes podés
        você voce vocês seu seus sua suas teu teus tua tuas ton tes vous votre vos toi es du dein deine deinen deiner deinem deines dich dir sie ihr ihre ihren
        tuo tua tuoi tue sei ti voi vostro vostre el teu la teva teves teus ets zu zure zuk zara ты тебя тебе твой твоя твои твоих твое твою вы ваш ваши вас вам
        你 你的 您 您的 あなた お前 君 أنت انت لديك عليك तुम तू आप आपके आपकी आपका अपने अपनी तुम्हारे तुम्हारी तेरा
    """,
    "me": """
        me us mi mí nos moi mir mich uns мне нам 我 我们 私 僕 俺 لي لنا मुझे हमें
    """,
    "mine": """
        my our mine i i'm im i've we he she they them his her their yo nosotros él ella ellos meu minha je nous mon ma mes ich wir mein meine io mio mia jo я мы мой моя у
    """,
    "now": """
        now henceforth onwards onward today new newly next following updated latest starting
        ahora adelante nuevo nueva nuevas nuevos siguiente siguientes partir desde actualizadas
        agora diante novo nova novas novos doravante maintenant désormais nouveau nouvelle nouvelles nouveaux dorénavant
        jetzt nun ab neue neuer neues neuen fortan adesso ora nuovo nuova nuove nuovi poi ara noves nous agora orain berri berria
        теперь сейчас новые новая новых отныне новый 现在 从现在 新的 新 接下来 今から 新しい これから الآن الان جديدة الجديدة من अब नए नई नया
    """,
    "role": """
        act acting pretend pretending roleplay role-play role playing play simulate emulate imagine persona character impersonate behave become alter ego transform assume hypothetical fictional
        actúa actua actuá actúe actuar finge fingí finja fingir simula simulá simular imagina imaginá imagínate imaginate compórtate comportate interpreta interpretá hazte hacete rol papel personaje haz hacé juega jugá sé encarna adopta adoptá convertite conviértete
        aja atue finja simule imagine comporte-se papel personagem agis agissez prétends fais joue* imagine* simule* rôle personnage comporte-toi incarne*
        verhalte* benimm spiele spiel rolle simuliere* stell vorstellen tue tu figur agisci fingi fai simula immagina comportati ruolo personaggio interpreta
        actua fes-te fingeix simula imagina finxe jokatu irudikatu притворись представь сыграй* играй* роль веди действуй* 扮演 假装 假裝 角色 想象 模拟 演じて ふりをして ロールプレイ なりきって 役
        تصرف تظاهر تخيل دور العب अभिनय नाटक कल्पना भूमिका
        agisca agire comportarti reagisci reagire reaccion* reage réagis reagiere* behaves handle opposite reageer doe alsof alter-ego twin granny grandma abuela grandmother abuelita nonna
    """,
    "free": """
        unrestricted unfiltered uncensored unlimited limitless jailbreak jailbroken jailbreaking dan unethical amoral unbound unconstrained unaligned unmoderated freed liberated unshackled anything evil opposite
        irrestricto ilimitado ilimitada libre libres libremente cualquier censura desbloqueado jailbreakeado liberado liberada censurado irrestrito livre
        illimité* libre libéré* débridé* uneingeschränkt* unzensiert* ungefiltert* grenzenlos* frei freie befreit illimitat* libero libera senza-filtri lliure aske
        свободн* неограниченн* без-цензуры 越狱 不受限制 无限制 無制限 自由 自由に 脱獄 غير-مقيد حر بحرية मुक्त असीमित
        totale libertà freedom liberty libertad liberdade liberté freiheit autonomía autonomy unchained
    """,
    "ethics": """
        ethic ethics ethical ethically moral morals morality safety safe censorship censor moderation restraint warnings disclaimers openai anthropic
        ético ética éticas éticos moral morales seguridad censura moderación ética éticos segurança éthique* moral* sécurité censure ethisch* moralisch* sicherheit* zensur
        etico etica etici etiche morali sicurezza censura ètica ètics seguretat этич* морал* цензур* безопасност* 道德 伦理 安全 审查 倫理 検閲 أخلاقية الأخلاق नैतिक
    """,
    "bot": """
        ai a.i assistant model bot chatbot chatgpt gpt gpt4 gpt-4 llm llms llama claude gemini bard ia asistente modelo assistente modèle ki assistent modell assistant ассистент* модел* бот бота ии
        人工智能 助手 模型 机器人 アシスタント ボット المساعد نموذج روبوت मॉडल सहायक बॉट एआई
        intelligenza artificiale artificial inteligencia intelligence intelligenz intelligence-artificielle kunstmatige maszyna machine máquina máquinas
    """,
    "only": """
        only just instead exactly simply solely nothing-else solo sólo únicamente unicamente exactamente simplemente solamente lugar apenas somente seulement uniquement juste plutôt exactement
        nur stattdessen genau lediglich soltanto solo esattamente invece només bakarrik только вместо именно просто 只 只要 仅 而是 だけ のみ 代わりに فقط بدلا केवल सिर्फ बजाय
    """,
    "say": """
        say says respond responds reply replies answer answers return type spell speak
        responde respondé responder respondas responda contesta contestá contestar conteste devuelve devolvé deletrea habla hablá
        responda responder fale réponds répondez répondre réponse parle antworte* antwort sprich rispondi rispondere parla respon contesta erantzun
        ответь* отвечай* отвеча* говори* 回答 回复 回應 说 答えて 返答 回答して أجب اجب رد जवाब उत्तर कहो
    """,
    "encode": """
        base64 b64 rot13 hex hexadecimal binary morse decode decoded decoding encode encoded cipher caesar encrypt* decrypt* reversed backwards reverse leetspeak ascii unicode decodifica decodificá decodificar codifica codificado
        descifra descifrá invierte al-revés cifrado binario décode* encode* chiffre* dekodiere* kodiere* entschlüss* verschlüss* rückwärts decodifica* codifica* cifra* декодир* расшифру* закодир*
        解码 编码 解密 加密 デコード エンコード فك شفرة डिकोड
    """,
    "text": """
        text words word sentence sentences conversation conversations dialogue chat message messages transcript everything all entire full whole complete contents content beginning start history exchange phrase phrases phrases line lines paragraph
        texto palabras frase frases oración oraciones conversación conversacion mensaje mensajes todo todos toda todas entero entera completo completa contenido principio comienzo historial diálogo párrafo línea
        conversa mensagem mensagens tudo conteúdo texte mots phrases message messages tout toutes tous contenu début text wörter satz sätze nachricht* alles alle gespräch inhalt anfang
        testo parole frasi messaggio messaggi tutto tutte tutti contenuto inizio conversazione tot totes missatge dena guzti* guztiak текст* слова сообщени* все всё весь диалог* разговор* начал*
        文字 文本 内容 对话 消息 全部 所有 完整 开头 テキスト 文章 会話 メッセージ 全部 すべて 全て 内容 النص الرسالة المحادثة كل جميع पाठ संदेश बातचीत सब सभी सारे पूरा
        discourse discussion discussions interaction statements statement dialog dialogues input inputs everything-above exchange transcript entirety conversazione conversazioni discorso dialogo interacción interacciones plática charla chat gesprächs unterhaltung discussione zusammenhang
    """,
    "admin": """
        admin administrator developer developers creator root sudo owner authorized authorised maintenance debug debugging debugger engineer diagnostic diagnostics test testing authority override-code verified supervisor ceo
        administrador administradora desarrollador desarrolladora creador creadora dueño dueña propietario autorizado autorizada mantenimiento depuración programador técnico soporte prueba auditoría auditor
        desenvolvedor manutenção autorizado administrateur développeur créateur autorisé maintenance débogage entwickler* wartung* administrator* autorisiert befugt
        amministratore sviluppatore manutenzione autorizzato desenvolupador manteniment garatzaile администратор* разработчик* создател* отладк*
        管理员 开发者 开发人员 调试 维护 授权 管理者 開発者 デバッグ メンテナンス المطور المسؤول المشرف صيانة डेवलपर प्रशासक एडमिन
    """,
    "mode": """
        mode mode: modo modus modalità moda mòdul режим* 模式 モード وضع मोड enable activate enabled activated switch enter unlock activa activá active activar cambia cambiá entra desbloquea habilita ative ativar activez aktiviere* wechsle attiva entra включи* активир* 启用 激活 进入 有効 فعل
    """,
    "task": """
        task tasks question questions job request requests input output goal topic tarea tareas pregunta encargo petición tarefa tâche aufgabe aufgaben frage compito domanda tasca tarea ataza задани* задач* вопрос* 任务 问题 タスク 質問 المهمة कार्य
    """,
    "must": """
        must always need should shall obey comply follow execute perform required please debes debe obedece obedecé cumple cumplí sigue seguí sigas siga ejecuta ejecutá siempre hazme hazlo deve obedeça siga execute sempre dois devez obéi* suis suivez exécute*
        musst muss gehorche* befolge* folge führe immer devi obbedisci segui esegui sempre has obeeix segueix должен подчин* следуй* выполни* выполняй* всегда 必须 服从 遵循 执行 听从 必ず 従って 従え 実行 يجب اتبع نفذ أطع पालन चाहिए मानो
    """,
    "given": """
        given received told taught programmed trained based drive drives driving guide guides guiding govern governs governing bound instructed ordered configured supplied provided fed loaded written wrote encountered seen processed operate operates
        recibiste recibido dieron dado dijeron dicho programaron programado programada entrenaron entrenado basas basado guía guían rige rigen impulsa pusieron puesto escribieron configuraron cargaron enseñaron indicaron
        ricevuto dato detto programmato addestrato basato guida guidano operi alimenta indotto recebeu deram disseram programado treinado baseado guia reçu donné dit programmé entraîné basé guide guident
        bekommen erhalten gegeben gesagt programmiert trainiert basierst steuert rebut donat dit programat recibiches dado jaso получил* дали сказали запрограммир* обуч* 收到 给你 告诉你 训练 编程 受けた 与えられた 言われた تلقيت أعطيت قيل मिले दिए मिला दी
    """,
    "what": """
        what what's whats which where whose qué cuál cual cuáles cuales qual quais quel quelle quels quelles welche welcher welches was qual quali cosa quin quina cal zer какой какие какая что 什么 哪些 何 どんな ما ماذا क्या कौन
    """,
    "can": """
        can could would may might able possible puedes podrías podés podrias puede podría pode poderia peux pouvez pourrais kannst könntest können puoi potresti pots podes можешь мог 能 可以 できる هل يمكنك सकते
    """,
    "be": """
        are is am be was were been being eres sos es soy ser está son seja és sois êtes est soyez bist ist sind sei è essere ets és zara da 是 です である है हो
    """,
    "if": """
        if when unless as like si cuando como se quando comme quand wenn als come quando если как 如果 もし إذا अगर
    """,
    "this": """
        this that these those here following below esto este esta estos estas eso ese esa aquí siguiente isto este esta ceci cela cette cet diese dieser dies questo questa questi això aquest это этот 这 这个 これ この هذا यह इस
    """,
    "about": """
        mean means meaning explain why how someone somebody users user people attacker attackers hacker phrase called article paper blog prevent protect detect injection attack attacks defend defense example difference term define learn understand student tutorial
        significa qué cómo por-qué alguien usuarios usuario gente miembros artículo proteger evitar detectar inyección ataque ataques ejemplo diferencia término aprender entender defender prevenir comment pourquoi quelqu'un utilisateurs gens signifie
        bedeutet warum wie jemand nutzer leute come perché qualcuno utenti значит почему как кто-то пользовател* 什么意思 怎么 如何 为什么 どういう 意味 なぜ
    """,
    "game": """
        game games dungeon d&d dnd campaign dm npc quest story novel poem film movie server raid juego juegos partida mazmorra historia cuento novela poema película jogo história jeu histoire spiel geschichte gioco storia joc игр* истори* 游戏 故事 ゲーム 物語
    """,
    "thing": """
        recipe recipes sauce dough soup cake oven kitchen cook cooking ingredient ingredients email emails mail router printer phone laptop computer keyboard mouse screen monitor camera tv fridge washing machine car bike bus train flight hotel ticket
        school teacher class homework exam lecture university professor doctor nurse hospital medicine dose leaflet manual box package parcel order-number invoice receipt refund bank account shop store price sale office meeting boss colleague calendar
        house garden plant plants dog cat kids kid mom dad wife husband friend friends neighbour neighbor landlord band song album guitar piano concert football match goal referee team coach gym run running race board chess card cards dice
        recipe's lego ikea shelf sofa paint wall roof pipe heater boiler weather rain snow beach mountain trip map road street bridge airport passport visa tax taxes insurance lawyer contract lease wedding birthday party dinner lunch breakfast coffee tea beer wine
        zsh bash fish vim emacs vscode firmware driver drivers bios firewall kernel branch merge commit build release version update-notes changelog readme ticket tickets issue issues bug bugs error errors warning log logs test tests table column row query database backup disk folder
        receta recetas salsa masa sopa pastel horno cocina ingrediente ingredientes correo correos impresora teléfono móvil portátil ordenador computadora teclado pantalla cámara nevera lavadora coche carro bici autobús tren vuelo hotel entrada entradas
        colegio cole profesor profesora profe clase deberes examen universidad médico médica doctora enfermera hospital medicina medicamento dosis prospecto manual caja paquete pedido factura recibo reembolso banco cuenta tienda precio oferta oficina reunión jefe jefa compañero compañera calendario
        casa jardín planta plantas perro perra gato gata niños niño niña mamá papá madre padre mujer marido amigo amiga amigos vecino vecina casero grupo canción disco guitarra concierto fútbol partido gol árbitro equipo entrenador gimnasio carrera tablero ajedrez carta cartas dados
        mueble estante sofá pintura pared techo tubería caldera lluvia nieve playa montaña viaje mapa carretera calle puente aeropuerto pasaporte impuestos seguro abogado contrato alquiler boda cumpleaños fiesta cena comida desayuno café cerveza vino gazpacho tortilla paella
        cortafuegos rama versión registro registros tabla columna fila consulta copia disco aviso avisos fallo fallos error errores captura enlace hilo canal canales servidor servidores rol roles emoji emojis moderador moderadores moderación
        channel channels server servers roles emoji emojis thread link screenshot moderator moderators mod mods pinned announcement announcements event events tournament clan guild raid boss-fight quest level skin stream streamer twitch video youtube podcast meme memes
        rezept küche schule arzt auto haus hund katze drucker rechnung recette école médecin voiture maison chien chat imprimante facture ricetta scuola medico casa cane gatto stampante fattura receita escola carro cachorro impressora
    """,
    "time": """
        yesterday today tomorrow tonight morning afternoon evening week weekend month year monday tuesday wednesday thursday friday saturday sunday january june july december o'clock minute minutes hour hours
        ayer hoy mañana noche tarde semana finde mes año lunes martes miércoles jueves viernes sábado domingo enero junio julio diciembre minuto minutos hora horas luego después antes-de-ayer
        gestern heute morgen woche monat jahr hier demain aujourd'hui semaine mois ieri oggi domani settimana mese anno ontem hoje amanhã
    """,
    "own fault": """
        typo mistake wrong oops sorry meant nevermind figured fixed solved worked works typos misread misprinted error-of-mine already errata error equivoqué equivocado perdón perdona quise quería resuelto arreglado resolví solucionado funcionó funciona erré confundí corregido lapsus
    """,
    "code": """
        function script python javascript file files git commit code: docker config yaml json css html linux ubuntu install package kernel bash terminal compiler lint eslint gitignore archivo función carpeta servidor fichier fonction datei funktion
    """,
}
"""Words by concept; where a word stands under several, the first one that names it counts."""
