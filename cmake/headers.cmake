# SPDX-License-Identifier: MIT
# milink_check_headers(TARGET HEADER...): each header compiles alone and twice in a row, as part of the
# ordinary build, with what TARGET is compiled with. Headers are relative to the current source directory.
function(milink_check_headers target)
  set(sources "")
  foreach(header IN LISTS ARGN)
    set(path "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "milink_check_headers(${target}): no header ${path}")
    endif()
    string(MAKE_C_IDENTIFIER "${header}" name)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}_headers/${name}.c")
    file(CONFIGURE OUTPUT "${source}" @ONLY
      CONTENT "#include \"@path@\"\n#include \"@path@\"\ntypedef int milink_not_empty;\n")
    list(APPEND sources "${source}")
  endforeach()

  add_library(${target}_headers OBJECT ${sources})
  target_link_libraries(${target}_headers PRIVATE
    milink_warnings $<TARGET_PROPERTY:${target},LINK_LIBRARIES>)
  target_include_directories(${target}_headers PRIVATE
    $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
  target_compile_definitions(${target}_headers PRIVATE
    $<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>)
endfunction()
