# SPDX-License-Identifier: MIT
# MILINK_SANITIZE: everything is built with address and undefined-behaviour sanitizers; the first finding
# ends the program. MILINK_FUZZ: by clang, and with the counters that libFuzzer follows besides.
option(MILINK_SANITIZE "Build with address and undefined-behaviour sanitizers (native builds)" OFF)
option(MILINK_FUZZ "Build for the fuzz targets of tests/fuzz (native builds by clang)" OFF)

if(MILINK_SANITIZE)
  if(WIN32)
    message(FATAL_ERROR "MILINK_SANITIZE: mingw-w64 gcc has no sanitizers; use it in a native build")
  endif()
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(MILINK_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "MILINK_FUZZ: libFuzzer is clang's; use the preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
