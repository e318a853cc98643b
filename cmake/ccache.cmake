# SPDX-License-Identifier: MIT
# Compiles through ccache where it is installed; -DCMAKE_C_COMPILER_LAUNCHER= turns that off.
find_program(MILINK_CCACHE ccache)
mark_as_advanced(MILINK_CCACHE)
if(MILINK_CCACHE AND NOT DEFINED CMAKE_C_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${MILINK_CCACHE}")
endif()
