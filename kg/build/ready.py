"""Ready: what a process that reads must know, loaded once. Other processes are forked from one that has imported this.

Code takes 0.7 seconds; dictionary, tables and rules, which are read at the first report, take as long again.
"""

import gc

from kg.build.make import make
from kg.build.parts import pack
from kg.corpus.source import source_of

TEXT = "海山县人民政府2020年法治政府建设情况报告\n一、主要举措\n2020年，县司法局开展法治宣传5场。\n"

pack(make(source_of(TEXT.encode()), "-"))
gc.freeze()  # none of it is garbage: looking at it would copy it into each process
