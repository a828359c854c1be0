"""Finding rows by words inside of their names: `icontains` on Postgres, and the index that keeps it quick."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.functions import Upper

MOST_WORDS = 8


def word_index(name: str, *fields: str) -> GinIndex:
    """An index by trigrams for `icontains` on any of the fields, from words of three letters on.

    Django compares the upper-case text, so that is what is indexed. Fields that are searched together
    belong into one: with one of them left out, Postgres reads the whole table.
    """
    return GinIndex(*(OpClass(Upper(field), name="gin_trgm_ops") for field in fields), name=name)


def all_words(query: str, *fields: str, **named: QuerySet) -> Q:
    """The condition that each word of `query` stands in one of the fields, in any case.

    `named` are rows with a `name` that a foreign key of this name leads to; a word may stand there too:
    `all_words(query, "title", customer=Organization.objects.all())`. Compared through a join, no index
    of the own fields could be used.
    """
    condition = Q()
    for word in query.split()[:MOST_WORDS]:
        here = [(f"{field}__icontains", word) for field in fields]
        there = [_is_one_of(f"{key}_id", rows.filter(name__icontains=word)) for key, rows in named.items()]
        condition &= Q(*here, *there, _connector=Q.OR)
    return condition


def _is_one_of(column: str, rows: QuerySet) -> Func:
    """`column = ANY (ARRAY(SELECT ...))`: the rows are found once, and the column's own index is used with them."""
    keys = ArraySubquery(rows.order_by().values("pk"))
    return Func(
        F(column), keys, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField()
    )
