// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IMasternodes, MasternodeEvent, MasternodeStatus } from "../../src/masternodes/IMasternodes.sol";
import { MasternodeTable } from "../../src/masternodes/MasternodeTable.sol";
import { Test } from "../base/Test.sol";

/// @title The states of a masternode, cell by cell.
contract MasternodeTableTest is Test {
    uint256 private constant STATUSES = 5;
    uint256 private constant EVENTS = 4;

    function next(MasternodeStatus status, MasternodeEvent happened)
        external
        pure
        returns (MasternodeStatus)
    {
        return MasternodeTable.next(7, status, happened);
    }

    function test_theTableHasExactlyTheseSteps() public {
        for (uint256 status = 0; status < STATUSES; ++status) {
            for (uint256 happened = 0; happened < EVENTS; ++happened) {
                MasternodeStatus expected = _expected()[status][happened];
                (MasternodeStatus from, MasternodeEvent with) =
                    (MasternodeStatus(status), MasternodeEvent(happened));
                if (expected == MasternodeStatus.None) {
                    vm.expectRevert(
                        abi.encodeWithSelector(
                            IMasternodes.MasternodesIllegalTransition.selector, 7, from, with
                        )
                    );
                    this.next(from, with);
                } else {
                    assertEq(uint256(this.next(from, with)), uint256(expected), "next status");
                }
            }
        }
    }

    /// @dev A stake is bonded from registration to the end of the unbonding, whatever happens in what order.
    function testFuzz_noScriptLeavesTheTable(uint8[64] calldata script) public view {
        MasternodeStatus status = MasternodeStatus.None;
        bool left = false;
        for (uint256 i = 0; i < script.length; ++i) {
            MasternodeEvent happened = MasternodeEvent(script[i] % EVENTS);
            MasternodeStatus expected = _expected()[uint256(status)][uint256(happened)];
            try this.next(status, happened) returns (MasternodeStatus reached) {
                assertEq(uint256(reached), uint256(expected), "a step of the table");
                assertTrue(
                    reached != MasternodeStatus.Left || status == MasternodeStatus.Leaving,
                    "nobody leaves without unbonding"
                );
                assertFalse(left, "left for good");
                left = reached == MasternodeStatus.Left;
                status = reached;
            } catch {
                assertEq(uint256(expected), 0, "refused where the table has no step");
            }
        }
    }

    /// @dev Rows: none, registered, admitted, leaving, left. Columns: register, admit, leave, unbond. `None` where there
    /// is no step.
    function _expected() private pure returns (MasternodeStatus[4][5] memory) {
        MasternodeStatus none = MasternodeStatus.None;
        MasternodeStatus registered = MasternodeStatus.Registered;
        MasternodeStatus admitted = MasternodeStatus.Admitted;
        MasternodeStatus leaving = MasternodeStatus.Leaving;
        MasternodeStatus left = MasternodeStatus.Left;
        return [
            [registered, none, none, none],
            [none, admitted, leaving, none],
            [none, none, leaving, none],
            [none, none, none, left],
            [none, none, none, none]
        ];
    }
}
