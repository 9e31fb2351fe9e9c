# The client libraries of the database servers, under the names by which Poco's packages ask for them.

find_path(ZANHU_PQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_library(ZANHU_PQ pq REQUIRED)
find_path(ZANHU_MYSQL_INCLUDE mysql/mysql.h REQUIRED)
find_library(ZANHU_MYSQL NAMES mariadb mysqlclient REQUIRED)

function(zanhu_client_library name include library)
    if(NOT TARGET ${name})
        add_library(${name} UNKNOWN IMPORTED)
        set_target_properties(${name} PROPERTIES
            IMPORTED_LOCATION ${library} INTERFACE_INCLUDE_DIRECTORIES ${include})
    endif()
endfunction()

zanhu_client_library(PostgreSQL::client ${ZANHU_PQ_INCLUDE} ${ZANHU_PQ})
zanhu_client_library(MySQL::client ${ZANHU_MYSQL_INCLUDE} ${ZANHU_MYSQL})
