"""The grammar of conditions, as Lark reads it.

It takes more than the language allows (a chain of comparisons, a bare `20%`), so that what is
wrong can be told in words of the field and not of grammars.
"""

GRAMMAR = r"""
?start: either

?either: both
    | either OR both            -> binary
?both: inverse
    | both AND inverse          -> binary
?inverse: comparison
    | NOT inverse               -> unary
?comparison: sum
    | sum (COMPARE sum)+        -> comparison
?sum: product
    | sum PLUS product          -> binary
    | sum MINUS product         -> binary
?product: sign
    | product TIMES sign        -> binary
    | product DIVIDED sign      -> binary
?sign: atom
    | MINUS sign                -> unary

?atom: NUMBER                   -> number
    | NUMBER UNIT               -> quantity
    | DURATION                  -> duration
    | PERCENT                   -> percent
    | TEXT                      -> text
    | NAME                      -> name
    | NAME "." NAME             -> attribute
    | NAME "(" [arguments] ")"  -> call
    | "(" either ")"            -> grouped

arguments: argument ("," argument)*
?argument: either
    | NAME "=" either           -> option

AND.2: "and"
OR.2: "or"
NOT.2: "not"
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
DIVIDED: "/"
DURATION.3: /(?:[0-9]+(?:\.[0-9]+)?(?:ms|[wdhms]))+(?![\w.])/
PERCENT.3: /[0-9]+(?:\.[0-9]+)?%/
NUMBER.2: /[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.])/
UNIT: /\[[^\[\]\n]*\]/
TEXT: /"[^"\n]*"/ | /'[^'\n]*'/
NAME: /[^\W\d]\w*/
%ignore /[ \t\r\n]+/
"""
