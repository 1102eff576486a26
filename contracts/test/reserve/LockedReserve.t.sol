// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { LockedReserve } from "../../src/reserve/LockedReserve.sol";
import { Deploy } from "../base/Deploy.sol";

contract LockedReserveTest is Deploy {
    uint256 private constant SUPPLY = 10_500_000e18;

    function setUp() public {
        deployAt(System.LOCKED_RESERVE, creationCodeOf("LockedReserve"));
        vm.deal(System.LOCKED_RESERVE, SUPPLY);
    }

    function test_holdsItsHalf() public view {
        assertEq(LockedReserve(System.LOCKED_RESERVE).locked(), SUPPLY, "locked");
    }

    function testFuzz_noCallMovesAnything(address caller, bytes calldata data, uint96 value) public {
        vm.assume(caller != System.LOCKED_RESERVE);
        vm.deal(caller, value);
        vm.prank(caller);
        (bool done,) = System.LOCKED_RESERVE.call{ value: value }(data);
        assertTrue(!done || value == 0, "it takes no gifts");
        assertEq(System.LOCKED_RESERVE.balance, SUPPLY, "nothing moved");
    }

    /// @dev Without these instructions no code can send value, run foreign code, or destroy itself.
    function test_itsCodeHasNoInstructionThatCouldSend() public view {
        bytes memory code = System.LOCKED_RESERVE.code;
        for (uint256 i = 0; i < code.length; ++i) {
            uint8 instruction = uint8(code[i]);
            if (instruction >= 0x60 && instruction <= 0x7f) {
                i += instruction - 0x5f;
                continue;
            }
            bool sends = instruction == 0xf0 || instruction == 0xf1 || instruction == 0xf2
                || instruction == 0xf4 || instruction == 0xf5 || instruction == 0xff;
            assertFalse(sends, "an instruction that can send");
        }
    }
}
