# SPDX-License-Identifier: MIT
# MILINK_SANITIZE: everything is built with address and undefined-behaviour sanitizers; the first finding
# ends the program.
option(MILINK_SANITIZE "Build with address and undefined-behaviour sanitizers (native builds)" OFF)

if(MILINK_SANITIZE)
  if(WIN32)
    message(FATAL_ERROR "MILINK_SANITIZE: mingw-w64 gcc has no sanitizers; use it in a native build")
  endif()
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
