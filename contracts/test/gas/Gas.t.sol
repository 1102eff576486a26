// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { DevicesFixture } from "../devices/DevicesFixture.sol";
import { LeafHasher } from "../settlement/SettlementFixture.sol";
import { Tree } from "./Tree.sol";

/// @title What an item of a batch costs, in gas of the whole transaction: 21,000, calldata and cold storage included.
/// @dev Every call is a transaction of its own (`isolate`). Steady state: accounts have other leases running, owners
/// and treasury were paid before. Figures of the release are kept in snapshots/gas.json.
/// forge-config: default.isolate = true
contract GasTest is DevicesFixture {
    uint256 private constant BATCH = 50;
    uint256 private constant REWARDS = 100;
    uint256 private constant LEAVES = 1024;

    LeafHasher private hasher = new LeafHasher();
    uint256 private lastGas;

    function setUp() public {
        setUpNetwork();
        vm.warp(GENESIS + 10);
        vm.prank(owner);
        PRICES.listKind(1, "t3.micro", 10_000);
    }

    function test_fiftyAccountsAndFiftyOwners() public {
        _measure("50 accounts, 50 owners", BATCH);
    }

    function test_oneAccountAndOneOwner() public {
        _measure("1 account, 1 owner", 1);
    }

    function test_rewardsToUsedAndToFreshAddresses() public {
        _measureRewards("reward to a used address", true);
        _measureRewards("reward to a fresh address", false);
    }

    function _measure(string memory who, uint256 accounts) private {
        InstanceKey[] memory instances = _prepare(accounts);
        uint32[] memory devices = _devices(accounts);
        _open(instances, devices, 1);
        _snapshot(who, "open", BATCH);
        _billPeriod(instances, 1);
        _billPeriod(instances, 1);
        _snapshot(who, "bill", BATCH);
        _close(instances, 1);
        _snapshot(who, "close", BATCH);
        _billPeriod(instances, 1);
        _open(instances, devices, 2);
        _snapshot(who, "open the next", BATCH);
    }

    /// @dev Tenants with money, limits, an approved masternode, and one lease that runs all the time.
    function _prepare(uint256 accounts) private returns (InstanceKey[] memory instances) {
        uint32[] memory running = new uint32[](accounts);
        InstanceKey[] memory others = new InstanceKey[](accounts);
        instances = new InstanceKey[](BATCH);
        uint32 device = activeDeviceOf("a device for all");
        for (uint256 i = 0; i < accounts; ++i) {
            address tenant = address(uint160(uint256(keccak256(abi.encode("tenant", i)))));
            vm.deal(tenant, 1e18);
            vm.startPrank(tenant);
            LEASES.deposit{ value: 1e18 }(tenant);
            LEASES.setLimits(type(uint96).max, type(uint40).max);
            LEASES.approve(1);
            vm.stopPrank();
            (others[i], running[i]) = (_instance(tenant, 0xffff), device);
        }
        for (uint256 i = 0; i < BATCH; ++i) {
            instances[i] = _instance(others[i % accounts].accountOf(), 0x0123456789abcdef0 + i);
        }
        _open(others, running, 1);
    }

    function _devices(uint256 owners) private returns (uint32[] memory devices) {
        devices = new uint32[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            string memory name = string.concat("owner ", vm.toString(i % owners));
            devices[i] = activeDeviceOf(name);
            vm.deal(makeAddr(name), 1);
        }
        vm.deal(operator(1), 1);
    }

    function _open(InstanceKey[] memory instances, uint32[] memory devices, uint64 token) private {
        ILeases.Opening[] memory batch = new ILeases.Opening[](instances.length);
        for (uint256 i = 0; i < instances.length; ++i) {
            batch[i] = ILeases.Opening(instances[i], devices[i], 1, uint40(block.timestamp), token, 0);
        }
        vm.prank(masternode(1));
        LEASES.open(batch);
        lastGas = vm.lastCallGas().gasTotalUsed;
        assertEq(LEASES.lease(instances[0], token).token, token, "open");
    }

    function _close(InstanceKey[] memory instances, uint64 token) private {
        ILeases.LeaseRef[] memory batch = new ILeases.LeaseRef[](instances.length);
        for (uint256 i = 0; i < instances.length; ++i) {
            batch[i] = ILeases.LeaseRef(instances[i], token);
        }
        vm.prank(masternode(1));
        LEASES.close(batch);
        lastGas = vm.lastCallGas().gasTotalUsed;
        assertEq(LEASES.lease(instances[0], token).end, block.timestamp, "closed");
    }

    /// @dev Ends the period, settles it, and bills its leases; the price stays as it is.
    function _billPeriod(InstanceKey[] memory instances, uint64 token) private {
        uint256 period = SETTLEMENT.currentPeriod();
        bytes32[] memory leaves = new bytes32[](LEAVES);
        ILeases.Bill[] memory bills = new ILeases.Bill[](instances.length);
        for (uint256 i = 0; i < instances.length; ++i) {
            bills[i] = ILeases.Bill(instances[i], token, 250);
            leaves[i] = hasher.bill(instances[i], token, 250);
        }
        bytes32[] memory tree = _settle(period, leaves, 0);
        ISettlement.Proof memory proof = Tree.proveRange(tree, 0, bills.length);
        SETTLEMENT.payBills(period, bills, proof);
        lastGas = vm.lastCallGas().gasTotalUsed;
    }

    function _measureRewards(string memory name, bool used) private {
        uint256 period = SETTLEMENT.currentPeriod();
        bytes32[] memory leaves = new bytes32[](LEAVES);
        ISettlement.Reward[] memory rewards = new ISettlement.Reward[](REWARDS);
        for (uint256 i = 0; i < REWARDS; ++i) {
            address account = address(uint160(uint256(keccak256(abi.encode(name, i)))));
            if (used) vm.deal(account, 1);
            rewards[i] = ISettlement.Reward(account, uint32(300 + i), 1e16 + uint96(i), 300, 5000);
            leaves[i] = hasher.reward(rewards[i]);
        }
        bytes32[] memory tree = _settle(period, leaves, 2e18);
        ISettlement.Proof memory proof = Tree.proveRange(tree, 0, REWARDS);
        SETTLEMENT.payRewards(period, rewards, proof);
        lastGas = vm.lastCallGas().gasTotalUsed;
        _snapshot("a batch of 100", name, REWARDS);
        assertTrue(SETTLEMENT.isPaid(period, 300), "paid");
    }

    function _settle(uint256 period, bytes32[] memory leaves, uint256 rewards)
        private
        returns (bytes32[] memory tree)
    {
        for (uint256 i = 0; i < LEAVES; ++i) {
            if (leaves[i] == 0) leaves[i] = keccak256(abi.encode("another leaf", i));
        }
        tree = Tree.build(leaves);
        passAwake(SETTLEMENT.heldDueAt(period) + 1);
        ISettlement.Root memory root = ISettlement.Root(period, tree[0], rewards, 0);
        SETTLEMENT.postRoot(root, _signatures(root));
    }

    /// @dev Signatures of all masternodes, in ascending order of their addresses.
    function _signatures(ISettlement.Root memory root) private view returns (bytes[] memory signatures) {
        bytes32 digest = SETTLEMENT.rootDigest(root);
        signatures = new bytes[](FOUNDING_MASTERNODES);
        address last = address(0);
        for (uint256 rank = 0; rank < FOUNDING_MASTERNODES; ++rank) {
            uint32 next = 0;
            for (uint32 id = 1; id <= FOUNDING_MASTERNODES; ++id) {
                bool above = masternode(id) > last;
                if (above && (next == 0 || masternode(id) < masternode(next))) next = id;
            }
            signatures[rank] = signDigest(masternodeKey(next), digest);
            last = masternode(next);
        }
    }

    function _snapshot(string memory group, string memory name, uint256 items) private {
        if (!isRelease()) return;
        string memory key = string.concat(group, ": ", name);
        if (vm.envOr("FORGE_SNAPSHOT_CHECK", false)) _requireRecorded(key);
        vm.snapshotValue("gas", key, lastGas / items);
    }

    function _instance(address account, uint256 number) private pure returns (InstanceKey) {
        return InstanceKey.wrap(bytes32(bytes20(account)) | bytes32(number));
    }

    /// @dev Forge compares what is recorded, and records what is not.
    function _requireRecorded(string memory key) private view {
        string[] memory keys = vm.parseJsonKeys(vm.readFile("snapshots/gas.json"), "$");
        bool recorded = false;
        for (uint256 i = 0; i < keys.length; ++i) {
            recorded = recorded || keccak256(bytes(keys[i])) == keccak256(bytes(key));
        }
        assertTrue(recorded, string.concat("npm run snapshot, for there is no ", key));
    }
}
