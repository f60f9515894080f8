"""Words of which one denies the other, in English and Spanish."""

from __future__ import annotations

from types import MappingProxyType

_PAIRS = (
    "more less fewer,over under,above below,before after,first last,increase decrease,increased decreased,rise fall,"
    "rose fell,up down,high low,higher lower,highest lowest,large small,larger smaller,largest smallest,big small,"
    "biggest smallest,long short,longer shorter,longest shortest,old new young,older younger newer,oldest newest youngest,"
    "early late,earlier later,win lose,won lost,winner loser,victory defeat,best worst,better worse,good bad,"
    "positive negative,success failure,successful unsuccessful,open closed shut,opened closed,start end,started ended,"
    "began ended finished,beginning end,alive dead,born died,male female,man woman,men women,boy girl,boys girls,"
    "father mother,son daughter,brother sister,husband wife,king queen,actor actress,he she,his her,"
    "north south,northern southern,east west,eastern western,inside outside,indoors outdoors,in out,inner outer,"
    "left right,true false,accept reject,accepted rejected,approved rejected,support oppose,supported opposed,"
    "allow forbid ban prohibit,allowed banned prohibited forbidden,legal illegal,possible impossible,able unable,"
    "present absent,presence absence,same different,similar different,always never,all none some,everyone nobody,"
    "many few,most few,majority minority,maximum minimum,most least,day night,morning evening,summer winter,hot cold,"
    "warm cold,wet dry,full empty,fast slow,strong weak,hard easy soft,easy difficult,heavy light,wide narrow,"
    "deep shallow,rich poor,public private,domestic foreign,national international,single multiple,single married,"
    "solo together,alone together,joined left,arrived left,buy sell,bought sold,gain loss,gained lost,profit loss,"
    "include exclude,included excluded,with without,major minor,senior junior,modern ancient,natural artificial,"
    "favorable unfavorable,favourable unfavourable,mixed positive negative,praise criticism,praised criticized,"
    "healthy ill sick,safe dangerous,love hate,loved hated,like dislike,friend enemy,clean dirty,black white,"
    "awake asleep sleeping,sitting standing running walking,sit stand,happy sad,remember forget,known unknown,"
    "confirmed denied,confirm deny,acquitted convicted,guilty innocent,ascending descending,import export,"
    "active inactive,current former,temporary permanent,complete incomplete,finished unfinished,"
    "más menos,antes después,primero último,primera última,aumentar disminuir reducir,aumentó disminuyó redujo,"
    "subir bajar,subió bajó,alto bajo,alta baja,mayor menor,mayores menores,grande pequeño,grandes pequeños,"
    "largo corto,viejo nuevo joven,antiguo moderno,temprano tarde,ganar perder,ganó perdió,victoria derrota,"
    "mejor peor,bueno malo,buena mala,positivo negativo,éxito fracaso,abierto cerrado,empezar terminar acabar,"
    "empezó terminó acabó,comenzó terminó,inicio fin final,vivo muerto,nació murió,hombre mujer,hombres mujeres,"
    "padre madre,hijo hija,hermano hermana,marido esposa,rey reina,norte sur,este oeste,dentro fuera,izquierda derecha,"
    "verdadero falso,aceptar rechazar,aceptó rechazó,apoyar oponerse,permitir prohibir,permitido prohibido,legal ilegal,"
    "posible imposible,capaz incapaz,presente ausente,mismo diferente distinto,igual diferente distinto,siempre nunca jamás,"
    "todos ninguno nadie,todo nada,algo nada,alguien nadie,muchos pocos,mucho poco,mayoría minoría,máximo mínimo,"
    "día noche,verano invierno,caliente frío,lleno vacío,rápido lento,fuerte débil,fácil difícil,rico pobre,"
    "público privado,nacional internacional extranjero,comprar vender,compró vendió,ganancia pérdida,incluir excluir,"
    "con sin,conocido desconocido,culpable inocente,actual antiguo,temporal permanente,solo acompañado juntos,amigo enemigo"
)


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _PAIRS.split(","):
        words = group.split()
        for word in words:
            # The first word is the opposite of all the others; they may mean the same.
            others = words[1:] if word == words[0] else words[:1]
            found.setdefault(word, set()).update(others)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = MappingProxyType(_opposites())
"""Lower-case words, and those that deny them."""
