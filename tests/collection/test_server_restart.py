"""A PostgreSQL server that goes and comes back."""

import pytest

from digitnet.collection.collection import Collection
from digitnet.errors import CollectionError
from tests.helpers.user_digits import make_sample
from tests.postgres import server

UNREACHABLE = r"^The \w+.* cannot be \w+: the database server cannot be reached; try again in a minute\.$"
pytestmark = pytest.mark.postgresql


def test_collection_works_again_once_its_server_is_back():
    with server.prepared() as database:
        with database.started():
            collection = Collection.open(database.url)
            collection.add([make_sample(1)])
        for _ in range(2):
            with pytest.raises(CollectionError, match=UNREACHABLE):
                collection.count()
            with pytest.raises(CollectionError, match=UNREACHABLE):
                collection.add([make_sample(2)])
        with pytest.raises(CollectionError, match=UNREACHABLE):
            Collection.open(database.url)
        with database.started():
            assert collection.count() == 1
            assert collection.add([make_sample(2)]).stored == 1
            with Collection.open(database.url) as other:
                assert other.count() == 2
        collection.close()
