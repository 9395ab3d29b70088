# t: sources and programs of this room
include t/unit/local.mk
include t/fuzz/local.mk
include %D%/bench/local.mk
include %D%/gateway/local.mk
